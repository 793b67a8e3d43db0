use std::collections::BTreeSet;

use jiff::civil::date;
use typst::layout::{Frame, FrameItem};

use super::engine::{Engine, Sheet};
use super::{Marks, Renderer, samples};
use crate::documents::papers::Paper;

fn marks() -> Marks {
    Marks { url: "https://dichvucong.demo.invalid/xac-thuc/7K3Q9ZTAB4XW2M".into(), demo: true, day: date(2026, 11, 21) }
}

/// What stands on a page: its text, and glyphs that no font could draw.
#[derive(Default)]
struct Seen {
    text: String,
    missing: Vec<String>,
    fonts: BTreeSet<String>,
}

fn look(frame: &Frame, seen: &mut Seen) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => look(&group.frame, seen),
            FrameItem::Text(text) => {
                seen.text.push_str(&text.text);
                seen.fonts.insert(text.font.info().family.clone());
                if text.glyphs.iter().any(|glyph| glyph.id == 0) {
                    seen.missing.push(text.text.to_string());
                }
            }
            _ => {}
        }
    }
}

fn lay_out(engine: &Engine, paper: &Paper) -> (usize, Seen) {
    let marks = marks();
    let qr = crate::documents::qr::picture(&marks.url).unwrap();
    let sheet = Sheet { paper: paper.to_data().unwrap(), marks: &marks, qr };
    let document = engine.lay_out(paper.template(), paper.scales(), &sheet).unwrap();
    let mut seen = Seen::default();
    for page in document.pages() {
        look(&page.frame, &mut seen);
    }
    (document.pages().len(), seen)
}

#[test]
fn every_paper_is_set_with_every_letter_and_the_demonstration_mark() {
    let engine = Engine::new();
    let papers = samples::all();
    for paper in &papers {
        let (pages, seen) = lay_out(&engine, paper);
        assert!(pages >= 1);
        assert_eq!(seen.missing, Vec::<String>::new(), "{}", paper.code());
        assert!(seen.text.contains("Dữ liệu minh họa"), "{}", paper.code());
    }
    let shown: BTreeSet<_> = papers.iter().map(Paper::code).collect();
    assert_eq!(shown, Paper::CODES.iter().copied().collect(), "a paper has no sample");
}

#[test]
fn a_paper_is_pdf_a_and_always_the_same_bytes() {
    let renderer = Renderer::new(2);
    for paper in samples::all() {
        let pdf = renderer.render(&paper, &marks()).unwrap();
        assert!(pdf.starts_with(b"%PDF-1."));
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.contains("pdfaid:part>2<") && text.contains("pdfaid:conformance>B<"), "{}", paper.code());
        assert_eq!(pdf, renderer.render(&paper, &marks()).unwrap(), "{}", paper.code());
        assert_eq!(crate::documents::sniff::inspect(&pdf), Ok(crate::documents::sniff::FileKind::Pdf));
    }
}

#[test]
fn every_letter_of_vietnams_languages_has_a_picture() {
    let vietnamese = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz";
    // Ê-đê, Gia-rai, Ba-na, Xơ-đăng, Mnông, Cơ-ho, Chu-ru, Ra-glai, Cơ-tu, Bru-Vân Kiều, Chăm in Latin letters.
    let others = "ƀ b̆ č ĕ ê̆ ĭ ñ ŏ ô̆ ơ̆ ŭ ư̆ â̆ ā ē ī ō ū ǎ ě ǐ ǒ ǔ ṃ ṇ ḥ ṛ ṭ ḍ ḷ ĉ ȃ ȇ ȋ ȏ ȗ ã ẽ ĩ õ ũ ỹ ä ë ï ö ü ỡ ữ";
    let names =
        "«Y Ƀlŏ Niê» «Ksor H'Bơ» «H’Hen Niê» «HʼLim Ê̆ban» «H`Bia» «H‘Wơ̆» Đàm A Phủ – Lò Thị Mai… №12 8.000 ₫ ½ °";
    let text = [vietnamese, &vietnamese.to_uppercase(), others, &others.to_uppercase(), names].join(" ");
    let engine = Engine::new();
    let (_, seen) = lay_out(&engine, &samples::slip_for(&text, 1));
    assert_eq!(seen.missing, Vec::<String>::new());
    assert!(!seen.text.contains('□'), "a letter was replaced");
    let fonts: Vec<_> = seen.fonts.iter().map(String::as_str).collect();
    assert_eq!(fonts, ["Liberation Sans", "Liberation Serif", "Noto Serif"], "no other font had to help out");
    for name in ["Y Ƀlŏ Niê", "Ksor H'Bơ", "H’Hen Niê"] {
        assert!(seen.text.contains(name), "{name}");
    }
}

#[test]
fn what_people_type_is_never_a_command() {
    let typed = "#strong[x] $ * _ <b> #import \"lib.typ\" = // \\ @ref `a` --- ~ /* \"x\"";
    let (_, seen) = lay_out(&Engine::new(), &samples::slip_for(typed, 1));
    let shown: String = seen.text.split_whitespace().collect();
    let expected: String = typed.split_whitespace().collect();
    assert!(shown.contains(&expected), "{}", seen.text);
}

#[test]
fn letters_that_no_font_has_become_a_box_and_still_print() {
    let (_, seen) = lay_out(&Engine::new(), &samples::slip_for("An 🙂 王 \u{202e}x\u{0}", 1));
    assert!(seen.text.contains("An □ □ x"), "{}", seen.text);
    assert!(Renderer::new(1).render(&samples::slip_for("An 🙂 王", 1), &marks()).is_ok());
}

#[test]
fn long_lists_run_over_pages_and_one_page_papers_stay_on_one() {
    let engine = Engine::new();
    assert_eq!(lay_out(&engine, &samples::slip_for("An", 3)).0, 1);
    let (pages, seen) = lay_out(&engine, &samples::slip_for("An", 40));
    assert!((2..=5).contains(&pages), "{pages}");
    assert!(seen.text.contains("40"));
    for paper in samples::all() {
        if ["to-thu-tuc", "giay-khai-sinh", "giay-chung-nhan-ket-hon"].contains(&paper.code()) {
            assert_eq!(lay_out(&engine, &paper).0, 1, "{}", paper.code());
        }
    }
}

#[test]
fn an_acknowledgement_says_how_the_dossier_came_in_and_with_which_papers() {
    let engine = Engine::new();
    let said = |how: &str, papers| {
        let text = lay_out(&engine, &samples::acknowledged(how, papers)).1.text;
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let counter = said("counter", 1);
    assert!(counter.contains("TRỰC TIẾP") && counter.contains("Giấy chứng sinh"), "{counter}");
    assert!(!counter.to_lowercase().contains("trực tuyến") && !counter.contains("không có giấy tờ"), "{counter}");
    assert!(said("post", 0).contains("QUA BƯU CHÍNH"));
    let online = said("online", 0);
    assert!(online.contains("TRỰC TUYẾN") && online.contains("Tờ khai điện tử; không có giấy tờ kèm theo"), "{online}");
}

#[test]
fn an_obligation_says_how_much_until_when_and_where_and_what_it_rests_on() {
    let (pages, seen) = lay_out(&Engine::new(), &samples::obligation_of(3));
    let text = seen.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "NGHĨA VỤ TÀI CHÍNH",
        "125/TB-CCT",
        "16/11/2026",
        "Thuế cơ sở 1",
        "Tiền sử dụng đất",
        "Lệ phí trước bạ",
        "Thuế TNCN",
        "1.537.037.034 đồng",
        "hết ngày 16/12/2026",
        "7111.1056137",
        "H57.01.02-261121-0001",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(pages, 1);
}

#[test]
fn many_threads_share_one_engine() {
    let renderer = Renderer::new(2);
    let paper = samples::slip_for("Y Ƀlŏ Niê", 3);
    let expected = renderer.render(&paper, &marks()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| assert_eq!(renderer.render(&paper, &marks()).unwrap(), expected));
        }
    });
}
