//! One procedure on one A4 in big type: papers, fee, time, where, steps, legal basis.

use jiff::civil::Date;

use super::fees::{Amount, FeeRule};
use super::papers::{Needed, needed};
use super::revision::{Case, Circumstance, How, ProcessingTime, RequiredPaper, Revision, StepText, TimeUnit};
use super::{Channel, Level};
use crate::documents::papers::{Paper, ProcedureSheet, SheetPaper, SheetStep};

/// The letters of all steps at most, for them to stand on one page with everything else: a text of several pages, as some
/// national records have it, is read where the page's QR code leads.
const MOST_OF_STEPS: usize = 2_400;

/// Who hands sheets out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Giver {
    pub agency: String,
    /// Code of the province whose council's fees hold, where it is one.
    pub province: Option<String>,
}

/// The sheet of a procedure's case (the first one when `case` is `None`), as it is handed out on `today`.
/// `None` when there is no such case.
pub fn sheet(revision: &Revision, case: Option<&str>, giver: &Giver, today: Date) -> Option<Paper> {
    let found = match case {
        Some(code) => revision.case(Some(code))?,
        None => revision.cases.first()?,
    };
    let name = if revision.cases.len() > 1 && case.is_some() {
        format!("{}: {}", revision.name.vi, found.name.vi)
    } else {
        revision.name.vi.clone()
    };
    let (steps, on_page) = (steps(revision, found).collect::<Vec<_>>(), steps_on_a_page(revision, found));
    let paper = ProcedureSheet {
        agency: giver.agency.clone(),
        code: revision.code.clone(),
        name,
        level: level(revision.level).to_owned(),
        who: lines(revision.audience_text.iter().map(|text| text.vi.clone())),
        papers: found.documents.iter().map(|paper| paper_line(paper, found.form.is_some())).collect(),
        long_steps: !steps.is_empty() && on_page.is_empty(),
        steps: on_page.into_iter().map(step_line).collect(),
        time: time(&found.processing_time),
        fees: found.fees.iter().filter(|fee| fee.in_force(today)).map(|fee| fee_line(fee, giver, today)).collect(),
        places: places(revision),
        result: results(found),
        legal: legal(revision),
        effective_on: revision.effective_from.unwrap_or(today),
    };
    Some(paper.into())
}

/// The steps of a case in order.
pub fn steps<'a>(revision: &'a Revision, case: &'a Case) -> impl Iterator<Item = &'a StepText> {
    revision.steps.iter().filter(|step| step.case.as_deref().is_none_or(|code| code == case.code))
}

/// The steps of a case if they are short enough to stand on the one page; else none.
pub fn steps_on_a_page<'a>(revision: &'a Revision, case: &'a Case) -> Vec<&'a StepText> {
    let all: Vec<&StepText> = steps(revision, case).collect();
    let letters: usize = all.iter().map(|step| step.text.vi.chars().count()).sum();
    if letters <= MOST_OF_STEPS { all } else { Vec::new() }
}

fn step_line(step: &StepText) -> SheetStep {
    SheetStep { who: step.who.as_ref().map(|who| who.vi.clone()), text: step.text.vi.clone() }
}

/// By number, as people look laws up; a law without number by its name.
fn legal(revision: &Revision) -> Option<String> {
    let all = revision.legal_basis.iter();
    lines(all.map(|law| if law.number.is_empty() { law.name.clone() } else { law.number.clone() }))
}

fn lines(texts: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Full => "Dịch vụ công trực tuyến toàn trình",
        Level::Partial => "Dịch vụ công trực tuyến một phần",
        Level::Info => "Dịch vụ cung cấp thông tin trực tuyến",
    }
}

/// `bare`: as for [`needed`].
fn paper_line(paper: &RequiredPaper, bare: bool) -> SheetPaper {
    let mut notes = Vec::new();
    match paper.how {
        How::Show => notes.push("xuất trình".to_owned()),
        How::Attach => {
            let counted = [(paper.originals, "bản chính"), (paper.copies, "bản sao")];
            notes.extend(counted.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n:02} {what}")));
        }
    }
    notes.extend(paper.condition_text.as_ref().map(|text| only_when(&text.vi, bare)));
    // A paper that is asked for where data can't be had says so by its condition.
    let said = paper.circumstance == Some(Circumstance::DataUnavailable) && paper.condition_text.is_some();
    if paper.replaced_by_data.is_some() && !said {
        notes.push("chỉ khi cơ sở dữ liệu chưa có".to_owned());
    }
    SheetPaper { name: paper.name.vi.clone(), note: (!notes.is_empty()).then(|| notes.join("; ")) }
}

/// When a paper is needed, as a reader of the sheet has to know it.
fn only_when(condition: &str, bare: bool) -> String {
    match needed(condition, bare) {
        Needed::When(circumstance) => format!("chỉ khi {circumstance}"),
        Needed::Said(words) => words.to_owned(),
    }
}

/// Each limit once, with the channel it holds for.
fn time(limits: &[ProcessingTime]) -> String {
    let said = limits.iter().map(|limit| {
        let channels: Vec<&str> = limit.channels.iter().map(|channel| channel_words(*channel)).collect();
        let words = limit_words(limit);
        if channels.is_empty() { words } else { format!("{words} ({})", channels.join(", ")) }
    });
    let mut all: Vec<String> = Vec::new();
    for line in said {
        if !all.contains(&line) {
            all.push(line);
        }
    }
    if all.is_empty() { "Theo quy định của pháp luật".to_owned() } else { all.join("\n") }
}

/// A limit in words: «03 ngày làm việc».
pub fn limit_words(limit: &ProcessingTime) -> String {
    let n = limit.amount;
    match limit.unit {
        TimeUnit::WorkingDay => format!("{n:02} ngày làm việc"),
        TimeUnit::CalendarDay => format!("{n:02} ngày"),
        TimeUnit::Hour => format!("{n:02} giờ làm việc"),
        TimeUnit::Month => format!("{n:02} tháng"),
        TimeUnit::SameDay => "Trong ngày làm việc; nhận sau 15 giờ thì sang ngày làm việc tiếp theo".to_owned(),
        TimeUnit::Automatic => "Trả kết quả tự động, ngay khi nộp".to_owned(),
        TimeUnit::Window => "Theo đợt".to_owned(),
        TimeUnit::Unstated => "Theo quy định của pháp luật".to_owned(),
    }
}

fn channel_words(channel: Channel) -> &'static str {
    match channel {
        Channel::Online => "trực tuyến",
        Channel::Counter => "trực tiếp",
        Channel::Post => "bưu chính",
    }
}

fn fee_line(fee: &FeeRule, giver: &Giver, today: Date) -> String {
    let unit = fee.unit.as_ref().map(|unit| format!("/{}", unit.vi)).unwrap_or_default();
    let amount = match &fee.amount {
        Amount::Fixed { amount } if amount.0 == 0 => "miễn phí".to_owned(),
        Amount::Fixed { amount } | Amount::PerUnit { amount, .. } | Amount::Persons { amount, .. } => {
            format!("{amount}{unit}")
        }
        Amount::Pages { first, first_pages, further, cap, .. } => {
            format!(
                "{first}/trang, từ trang thứ {} {further}/trang, nhiều nhất {cap}/bản",
                first_pages.saturating_add(1)
            )
        }
        Amount::Council { .. } => match fee.unit_price(giver.province.as_deref(), today) {
            Some(amount) => match fee.council_basis(giver.province.as_deref(), today) {
                Some(basis) => format!("{amount}{unit} ({basis})"),
                None => format!("{amount}{unit}"),
            },
            None => "theo nghị quyết của Hội đồng nhân dân cấp tỉnh".to_owned(),
        },
    };
    let channels: Vec<&str> = fee.channels.iter().map(|channel| channel_words(*channel)).collect();
    // Many fees say their channel in their name.
    let said = channels.iter().any(|channel| fee.name.vi.contains(channel));
    let through = if channels.is_empty() || said { String::new() } else { format!(" ({})", channels.join(", ")) };
    let when = fee.condition_text.as_ref().map(|text| format!(" – {}", text.vi)).unwrap_or_default();
    format!("{}: {amount}{through}{when}", fee.name.vi)
}

fn places(revision: &Revision) -> Vec<String> {
    let mut all: Vec<String> = revision
        .channels
        .iter()
        .map(|channel| match channel {
            Channel::Online => "Trực tuyến: quét mã QR ở đầu trang".to_owned(),
            Channel::Counter => "Trực tiếp: Trung tâm Phục vụ hành chính công".to_owned(),
            Channel::Post => "Qua dịch vụ bưu chính công ích".to_owned(),
        })
        .collect();
    if !revision.agency_text.vi.is_empty() {
        all.push(format!("Cơ quan giải quyết: {}", revision.agency_text.vi));
    }
    all
}

fn results(case: &Case) -> Option<String> {
    let granted = case.results.iter().filter(|result| result.outcome == super::Outcome::Granted);
    lines(granted.map(|result| result.name.vi.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn giver() -> Giver {
        Giver { agency: "UBND phường".to_owned(), province: None }
    }

    /// Every procedure that the product ships fits on its sheet in words.
    #[test]
    fn every_shipped_procedure_has_a_sheet() {
        let today = jiff::civil::date(2026, 11, 21);
        let shipped = crate::catalog::shipped().unwrap();
        assert!(shipped.len() >= 15);
        for revision in shipped.iter().map(|import| &import.revision) {
            let Some(Paper::ProcedureSheet(sheet)) = sheet(revision, None, &giver(), today) else {
                panic!("{} has no sheet", revision.code)
            };
            assert!(!sheet.time.is_empty() && !sheet.places.is_empty(), "{}", revision.code);
            assert!(sheet.papers.iter().all(|paper| !paper.name.is_empty()));
            assert!(!sheet.steps.is_empty() && sheet.legal.is_some(), "{}", revision.code);
            let asked = revision.cases[0].documents.iter().zip(&sheet.papers);
            for (paper, line) in asked.filter(|(paper, _)| paper.condition_text.is_some()) {
                let note = line.note.as_deref().unwrap_or_default();
                assert!(note.contains("chỉ khi ") || note.contains("nếu "), "{} {}: {note}", revision.code, paper.code);
            }
        }
    }

    /// However much there is to say of it: papers, steps and laws of every case stand on one page.
    #[cfg(feature = "pdf")]
    #[test]
    fn every_case_of_every_shipped_procedure_is_one_page() {
        use crate::documents::pdf::{Marks, Renderer};
        let today = jiff::civil::date(2026, 11, 21);
        let renderer = Renderer::new(1);
        let marks = Marks { url: "https://motcua.invalid/thu-tuc/1.001193".to_owned(), demo: false, day: today };
        for revision in crate::catalog::shipped().unwrap().iter().map(|import| &import.revision) {
            for case in &revision.cases {
                let paper = sheet(revision, Some(&case.code), &giver(), today).unwrap();
                let pdf = renderer.render(&paper, &marks).unwrap();
                let pages = lopdf::Document::load_mem(&pdf).unwrap().get_pages().len();
                assert_eq!(pages, 1, "{} {}", revision.code, case.code);
            }
        }
    }

    /// A national record of several pages of steps says where they are to be read.
    #[test]
    fn steps_too_long_for_a_page_are_left_to_the_procedures_page() {
        let shipped = crate::catalog::shipped().unwrap();
        let birth = shipped.iter().find(|import| import.revision.code == "1.001193").unwrap();
        let mut birth = birth.revision.clone();
        let case = birth.cases[0].clone();
        let all = steps(&birth, &case).count();
        assert!(all > 2 && steps_on_a_page(&birth, &case).len() == all);
        birth.steps[0].text.vi = "ơ".repeat(MOST_OF_STEPS);
        assert!(steps_on_a_page(&birth, &case).is_empty());
        birth.steps[0].case = Some("another".to_owned());
        assert_eq!(steps_on_a_page(&birth, &case).len(), all - 1, "another case's steps are not this one's");
    }

    /// Who reads the sheet where the council has decided reads what it decided.
    #[test]
    fn a_councils_fee_is_told_where_it_is_known() {
        let shipped = crate::catalog::shipped().unwrap();
        let import = shipped.iter().find(|import| import.revision.code == "1.004873").unwrap();
        let day = jiff::civil::date(2026, 11, 21);
        let fees = |province: Option<&str>| {
            let giver = Giver { province: province.map(str::to_owned), ..giver() };
            let Some(Paper::ProcedureSheet(sheet)) = sheet(&import.revision, None, &giver, day) else { panic!() };
            sheet.fees.join(" ")
        };
        let here = fees(Some("46"));
        assert!(here.contains("10.000") && here.contains("không phải nghị quyết"), "{here}");
        assert!(fees(Some("01")).contains("theo nghị quyết") && fees(None).contains("theo nghị quyết"));
    }

    #[test]
    fn a_paper_that_few_need_says_when() {
        let shipped = crate::catalog::shipped().unwrap();
        let birth = shipped.iter().find(|import| import.revision.code == "1.001193").unwrap();
        let papers = &birth.revision.cases[0].documents;
        let note = |code: &str| {
            let paper = papers.iter().find(|paper| paper.code == code).unwrap();
            paper_line(paper, true).note.unwrap()
        };
        assert_eq!(note("bien_ban_bo_roi"), "01 bản chính; chỉ khi trẻ bị bỏ rơi");
        assert_eq!(note("giay_to_cu_tru").matches("chỉ khi").count(), 1, "{}", note("giay_to_cu_tru"));
        assert_eq!(only_when("khi đề nghị cấp bản sao", true), "chỉ khi đề nghị cấp bản sao");
        assert_eq!(only_when("nếu có", true), "nếu có");
        assert_eq!(only_when("Giấy tờ phải nộp", false), "Giấy tờ phải nộp", "the heading of a group");
    }
}
