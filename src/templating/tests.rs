//! Every page renders in both languages, strictly, as accessible HTML.

use std::collections::BTreeSet;

use super::pages::every_page;
use super::{LOCALES, Page, TEMPLATES, Templates};

/// The HTML of every sample: (template, html).
fn all() -> Vec<(&'static str, Vec<String>)> {
    let templates = Templates::from_folder(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).expect("templates");
    let mut failed = Vec::new();
    let mut pages = Vec::new();
    macro_rules! render {
        ($($page:ty),* $(,)?) => {$(
            match templates.check::<$page>() {
                Ok(html) => pages.push((<$page as Page>::TEMPLATE, html)),
                Err(error) => failed.push(format!("{}: {error}", stringify!($page))),
            }
        )*};
    }
    every_page!(render);
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    pages
}

/// The values of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!(" {name}=\"");
    html.match_indices(&mark).filter_map(|(at, _)| html.get(at + mark.len()..)?.split('"').next()).collect()
}

#[test]
fn every_page_renders_as_accessible_html() {
    for (template, pages) in all() {
        for html in &pages {
            let place = || format!("{template}\n{html}");
            assert_eq!(html.matches("<h1").count(), 1, "one h1 in {}", place());
            assert!(html.contains("<title>") && !html.contains("<title> –"), "a title in {}", place());
            assert!(
                !html.contains(" style=") && !html.contains("<script>") && !html.contains(" onclick"),
                "{}",
                place()
            );
            let ids = attributes(html, "id");
            let unique: BTreeSet<_> = ids.iter().collect();
            let twice: Vec<_> = ids.iter().filter(|id| ids.iter().filter(|other| other == id).count() > 1).collect();
            assert_eq!(unique.len(), ids.len(), "ids used twice {twice:?} in {template}");
            for id in attributes(html, "for").iter().chain(&attributes(html, "aria-labelledby")) {
                assert!(unique.contains(id), "{template}: nothing has the id {id}");
            }
            for list in attributes(html, "aria-describedby") {
                for id in list.split_whitespace() {
                    assert!(unique.contains(&id), "{template}: nothing has the id {id}");
                }
            }
            every_control_has_a_label(template, html);
            every_form_has_its_token(template, html);
        }
    }
}

fn every_control_has_a_label(template: &str, html: &str) {
    let labelled: BTreeSet<_> = attributes(html, "for").into_iter().collect();
    for tag in ["<input", "<select", "<textarea"] {
        for (at, _) in html.match_indices(tag) {
            let Some(control) = html.get(at..).and_then(|rest| rest.split('>').next()) else { continue };
            let hidden = control.contains("type=\"hidden\"");
            let named = control.contains("aria-label=")
                || attributes(control, "id").first().is_some_and(|id| labelled.contains(id));
            assert!(hidden || named, "{template}: no label for {control}>");
        }
    }
}

fn every_form_has_its_token(template: &str, html: &str) {
    for (at, _) in html.match_indices("<form") {
        let Some(form) = html.get(at..).and_then(|rest| rest.split("</form>").next()) else { continue };
        let posts = form.split('>').next().is_some_and(|tag| tag.contains("method=\"post\""));
        assert!(!posts || form.contains("name=\"_csrf\" value=\"csrf-token\""), "{template}: {form}");
    }
}

#[test]
fn both_languages_have_the_same_sentences() {
    let ids = |wanted: &str| -> BTreeSet<(&str, &str)> {
        LOCALES
            .iter()
            .filter(|(lang, _, _)| *lang == wanted)
            .flat_map(|(_, file, text)| {
                text.lines()
                    .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
                    .filter_map(|line| line.split_once('=').map(|(id, _)| (*file, id.trim())))
            })
            .collect()
    };
    let (vi, en) = (ids("vi"), ids("en"));
    assert!(vi.len() > 100);
    assert_eq!(vi.difference(&en).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "only in vi");
    assert_eq!(en.difference(&vi).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "only in en");
}

/// Also those in branches that no sample reaches.
#[test]
fn every_sentence_that_a_template_names_exists() {
    let templates = Templates::embedded(true).expect("templates");
    let mut missing = BTreeSet::new();
    for (name, text) in TEMPLATES {
        for (at, mark) in text.match_indices("t(k=\"") {
            let Some((key, rest)) = text.get(at + mark.len()..).and_then(|rest| rest.split_once('"')) else { continue };
            let whole = !rest.trim_start().starts_with('~');
            if whole && !templates.has_text(crate::kernel::Lang::Vi, key) {
                missing.insert(format!("{name}: {key}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_people_type_is_escaped() {
    use super::pages::{auth::Login, parts::Input};
    let templates = Templates::embedded(true).expect("templates");
    let page = Login { identifier: Input::of("\"><script>alert(1)</script>"), ..Login::default() };
    for shell in super::Shell::samples(crate::kernel::Lang::Vi) {
        let html = templates.render(&page, &shell).expect("page");
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }
}

/// An officer's page of a dossier after a change, without its tags.
fn desk_of(change: impl Fn(&mut super::pages::workspace::Workspace)) -> String {
    let templates = Templates::embedded(true).expect("templates");
    let mut page = super::pages::workspace::Workspace::samples().swap_remove(0);
    change(&mut page);
    let shell = super::Shell::samples(crate::kernel::Lang::Vi).swap_remove(0);
    let html = templates.render(&page, &shell).expect("the page");
    let texts = html.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text.trim()));
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_was_paid_was_not_free() {
    let paid = desk_of(|page| {
        page.fees[0].state = Some("paid".into());
        page.fees_due = crate::kernel::Vnd(0);
    });
    assert!(paid.contains("Đã nộp 16.000 đ") && paid.contains("Còn phải nộp 0 đ"), "{paid}");
    assert!(!paid.contains("Miễn phí") && !paid.contains("Cộng"), "{paid}");
    let owed = desk_of(|_| {});
    assert!(owed.contains("Còn phải nộp 16.000 đ") && !owed.contains("Đã nộp 16.000"), "{owed}");
}

#[test]
fn a_moment_that_has_passed_is_overdue_even_with_no_working_minute_since() {
    let with = |minutes, late, answer| {
        desk_of(|page| {
            page.clocks.truncate(1);
            let due = &mut page.clocks[0].due;
            (due.minutes, due.late, due.answer, due.paused) = (minutes, late, answer, false);
        })
    };
    let late = with(0, true, false);
    assert!(late.contains("Quá hạn") && !late.contains("Còn 0 phút"), "{late}");
    assert!(with(-70, true, false).contains("Quá hạn 1 giờ 10 phút làm việc"));
    let answer = with(300, false, true);
    assert!(answer.contains("(trả lời trước") && !answer.contains("(hẹn trả"), "{answer}");
    assert!(with(300, false, false).contains("(hẹn trả"));
}

#[test]
fn a_missing_sentence_is_an_error_only_where_strict() {
    let templates = Templates::embedded(true).expect("templates");
    assert_eq!(templates.text(crate::kernel::Lang::Vi, "no-such-key", &[]), "no-such-key");
    assert_eq!(templates.text(crate::kernel::Lang::En, "saved-at", &[("time", "10:32".into())]), "Saved 10:32");
}
