//! Dossiers in every state, made by the acts themselves on the days before today.

use anyhow::{Context, anyhow};
use jiff::ToSpan as _;
use serde_json::json;

use super::people::People;
use super::told::{self, Teller};
use crate::app::App;
use crate::app::filing::Upload;
use crate::commands::acting::{self, Filing, actor};
use crate::dossiers::Step;
use crate::kernel::working_time::Calendar;
use crate::kernel::{Actor, clock, local_date};

const COMMITTEE: &str = "H57.31";

/// A citizen who files.
struct Citizen {
    actor: Actor,
    teller: Teller,
}

/// Who the script is played by.
struct Cast {
    an: Citizen,
    binh: Citizen,
    clerk: Actor,
    handler: Actor,
    approver: Actor,
    records: Actor,
}

/// A moment of the script: a working day counted back from today, and the time of day.
struct Stage<'a> {
    app: &'a App,
    calendar: Calendar,
}

impl Stage<'_> {
    /// The product as it was `days` working days ago at `hour`.
    fn ago(&self, days: u32, hour: i8) -> anyhow::Result<App> {
        let mut day = local_date(self.app.now());
        for _ in 0..days {
            day = self.calendar.working_day_before(day)?;
        }
        let at = clock::from_local(day.at(hour, 10, 0, 0));
        Ok(self.app.at(at.min(self.app.now())))
    }
}

/// Plays the script.
pub async fn load(app: &App, people: &People) -> anyhow::Result<()> {
    let cast = Cast {
        an: Citizen { actor: actor(app, people.an).await?, teller: Teller::An },
        binh: Citizen { actor: actor(app, people.binh).await?, teller: Teller::Binh },
        clerk: actor(app, people.clerk).await?,
        handler: actor(app, people.handler).await?,
        approver: actor(app, people.approver).await?,
        records: actor(app, people.records).await?,
    };
    let agency = app.db.read(|c| crate::accounts::agencies::by_code(c, COMMITTEE)).await?;
    let agency = agency.ok_or_else(|| anyhow!("the first commune is missing"))?.id;
    let this = app.clone();
    let calendar = app.db.read(move |c| this.calendar_of(c, agency)).await?;
    let stage = Stage { app, calendar: (*calendar).clone() };
    early(&stage, &cast).await.context("drafts and new dossiers")?;
    waiting(&stage, &cast).await.context("dossiers that wait")?;
    by_notice(&stage, &cast).await.context("a dossier that waits for the State Treasury")?;
    ended(&stage, &cast).await.context("dossiers that ended")?;
    settled(&stage, &cast).await.context("settled dossiers")
}

/// A draft, a new one, an accepted one, one in processing.
async fn early(stage: &Stage<'_>, cast: &Cast) -> anyhow::Result<()> {
    begin(&stage.ago(1, 9)?, &cast.an, "1.004873").await?;
    file(&stage.ago(0, 8)?, &cast.binh, "1.001193").await?;
    file(&stage.ago(1, 14)?, &cast.an, "1.004222").await?;
    let name = file(&stage.ago(1, 9)?, &cast.an, "1.001193").await?;
    act(&stage.ago(1, 10)?, &cast.clerk, &name, Step::Accept, json!({})).await?;
    let name = file(&stage.ago(2, 8)?, &cast.binh, "1.013225").await?;
    act(&stage.ago(2, 10)?, &cast.clerk, &name, Step::Accept, json!({})).await?;
    act(&stage.ago(2, 11)?, &cast.clerk, &name, Step::Forward, json!({})).await?;
    Ok(())
}

/// One that waits for papers, one for money, one with an apology.
async fn waiting(stage: &Stage<'_>, cast: &Cast) -> anyhow::Result<()> {
    let name = file(&stage.ago(2, 9)?, &cast.an, "1.000656").await?;
    let items = json!({
        "reason": "Bản chụp Giấy báo tử bị mờ, không đọc được số.",
        "items": [{"document": "giay_bao_tu", "note": "Chụp lại rõ cả bốn góc của Giấy báo tử."}],
    });
    act(&stage.ago(2, 14)?, &cast.clerk, &name, Step::RequestSupplement, items).await?;
    let name = file(&stage.ago(3, 9)?, &cast.an, "1.013225").await?;
    act(&stage.ago(3, 10)?, &cast.clerk, &name, Step::Accept, json!({})).await?;
    let lines = json!({
        "reason": "Nộp lệ phí cấp giấy phép xây dựng trước khi nhận kết quả.",
        "lines": [{"kind": "le_phi", "name": "Lệ phí cấp giấy phép xây dựng nhà ở", "amount_vnd": 75_000}],
    });
    act(&stage.ago(2, 9)?, &cast.clerk, &name, Step::RequestPayment, lines).await?;
    let name = file(&stage.ago(4, 9)?, &cast.binh, "1.004873").await?;
    act(&stage.ago(4, 10)?, &cast.clerk, &name, Step::Accept, json!({})).await?;
    act(&stage.ago(4, 11)?, &cast.clerk, &name, Step::Forward, json!({})).await?;
    let new_due = stage.app.now().plus_days(5);
    let body = json!({"reason": "Cần thêm thời gian xác minh nơi cư trú trước đây.", "new_due_at": new_due});
    act(&stage.ago(2, 15)?, &cast.handler, &name, Step::Extend, body).await?;
    Ok(())
}

/// A house on land that becomes residential: it waits for what the tax office asks for by its notice, with a last day, and
/// what only the State Treasury takes.
async fn by_notice(stage: &Stage<'_>, cast: &Cast) -> anyhow::Result<()> {
    let lot = json!({"dia_diem": {"lo_dat": "Thửa 27, tờ bản đồ số 5 (minh họa)"}});
    let asked_for = Filing { answers: lot, ..filing(&cast.an, "1.013225") };
    let name = acting::file(&stage.ago(4, 8)?, &cast.an.actor, &asked_for).await?;
    act(&stage.ago(4, 9)?, &cast.clerk, &name, Step::Accept, json!({})).await?;
    act(&stage.ago(4, 10)?, &cast.clerk, &name, Step::Forward, json!({})).await?;
    let then = stage.ago(2, 10)?;
    let lines = [
        ("land_use_fee", "Tiền sử dụng đất (40 m² đất vườn chuyển sang đất ở)", 96_000_000),
        ("registration_charge", "Lệ phí trước bạ đất", 480_000),
        ("registration_charge", "Lệ phí trước bạ nhà", 1_250_000),
        ("personal_income_tax", "Thuế thu nhập cá nhân", 2_400_000),
        ("khac", "Thuế sử dụng đất phi nông nghiệp", 36_000),
    ];
    let lines = lines.map(|(kind, name, amount)| json!({"kind": kind, "name": name, "amount_vnd": amount}));
    let body = json!({
        "reason": "Một phần thửa đất là đất vườn: nộp nghĩa vụ tài chính về đất theo thông báo của cơ quan thuế (số liệu minh họa).",
        "lines": lines,
        "notice": {
            "number": "0027/TB-MINHHOA",
            "issued_on": local_date(then.now()),
            "issuer": "Thuế cơ sở Minh Họa, thành phố Huế",
            "due_on": local_date(stage.app.now()).saturating_add(30.days()),
            "collected_by": "elsewhere",
            "account": "0000000000 (số minh họa), Kho bạc Nhà nước Minh Họa",
        },
    });
    act(&then, &cast.handler, &name, Step::RequestPayment, body).await?;
    let scan =
        Upload { paper: None, file_name: "thông báo minh họa.pdf".to_owned(), content: acting::PAPER.to_vec() };
    stage.ago(2, 11)?.attach_notice(&cast.handler, &name, scan).await.context("the scan of the notice")?;
    Ok(())
}

/// Refused, withdrawn, stopped.
async fn ended(stage: &Stage<'_>, cast: &Cast) -> anyhow::Result<()> {
    let name = file(&stage.ago(3, 9)?, &cast.binh, "1.000894").await?;
    let reason = json!({"reason": "Hai bên không cư trú tại địa bàn phường; đề nghị nộp tại nơi cư trú của một bên."});
    act(&stage.ago(3, 10)?, &cast.clerk, &name, Step::RefuseAcceptance, reason).await?;
    let name = file(&stage.ago(5, 9)?, &cast.an, "1.001731").await?;
    act(
        &stage.ago(5, 10)?,
        &cast.an.actor,
        &name,
        Step::Withdraw,
        json!({"reason": "Khai nhầm thông tin, sẽ nộp lại."}),
    )
    .await?;
    let name = file(&stage.ago(5, 9)?, &cast.binh, "1.004873").await?;
    act(&stage.ago(5, 10)?, &cast.clerk, &name, Step::Accept, json!({})).await?;
    act(&stage.ago(5, 11)?, &cast.clerk, &name, Step::Forward, json!({})).await?;
    let reason = json!({"reason": "Người nộp đang có tranh chấp chờ tòa án giải quyết."});
    act(&stage.ago(4, 9)?, &cast.handler, &name, Step::Stop, reason).await?;
    Ok(())
}

/// Decided and waiting for a signature; signed and handed over, where papers can be set at all.
async fn settled(stage: &Stage<'_>, cast: &Cast) -> anyhow::Result<()> {
    for handed_over in [false, true] {
        let days = if handed_over { 4 } else { 2 };
        let name = file(&stage.ago(days, 8)?, &cast.an, "1.001193").await?;
        act(&stage.ago(days, 9)?, &cast.clerk, &name, Step::Accept, json!({})).await?;
        act(&stage.ago(days, 10)?, &cast.clerk, &name, Step::Forward, json!({})).await?;
        acting::draft(&stage.ago(days, 13)?, &cast.handler, &name).await?;
        act(&stage.ago(days, 13)?, &cast.handler, &name, Step::Forward, json!({})).await?;
        act(&stage.ago(days, 14)?, &cast.approver, &name, Step::Approve, json!({})).await?;
        if handed_over && stage.app.archive.sets_papers() {
            let then = stage.ago(days, 15)?;
            then.sign_result(&cast.approver, &name, (None, None)).await?;
            then.sign_result(&cast.records, &name, (None, None)).await?;
            act(&then, &cast.clerk, &name, Step::RecordPayment, json!({"method": "cash"})).await?;
            act(&then, &cast.clerk, &name, Step::HandOver, json!({"method": "online"})).await?;
        }
    }
    Ok(())
}

fn filing(who: &Citizen, procedure: &str) -> Filing {
    let agency = if procedure == "1.004222" { "G01.57.31" } else { COMMITTEE };
    let answers = told::answers(who.teller, procedure);
    Filing { procedure: procedure.to_owned(), agency: agency.to_owned(), walkin: None, answers }
}

async fn begin(app: &App, who: &Citizen, procedure: &str) -> anyhow::Result<()> {
    acting::begin(app, &who.actor, &filing(who, procedure)).await.map(drop)
}

async fn file(app: &App, who: &Citizen, procedure: &str) -> anyhow::Result<String> {
    acting::file(app, &who.actor, &filing(who, procedure)).await
}

async fn act(app: &App, who: &Actor, name: &str, step: Step, body: serde_json::Value) -> anyhow::Result<()> {
    acting::act(app, who, name, step, body).await.map(drop)
}
