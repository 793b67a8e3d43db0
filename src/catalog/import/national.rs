//! National portal records (`LayThuTuc`) as information pages.
//!
//! The records carry no e-form; where their code has one here, only their texts are taken over (`Revision::with_texts_of`).

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::enrichment::{Enrichment, spelled_out};
use super::residue;
use crate::catalog::fees::{Amount, Due, FeeKind, FeeRule};
use crate::catalog::life_events;
use crate::catalog::revision::{
    AgencyLevel, Audience, Case, Channel, Field, How, LegalText, Level, Outcome, ProcessingTime, RequiredPaper,
    ResultDef, Revision, Source, StepText, SupplementRules, Text, TimeUnit,
};
use crate::catalog::workflow::Workflow;
use crate::kernel::{Vnd, text};

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Record {
    matthc: Option<String>,
    tentthc: Option<String>,
    #[serde(default)]
    soquyetdinh: Option<String>,
    #[serde(default)]
    capthuchien: Vec<String>,
    #[serde(default)]
    linhvucthuchien: Vec<FieldRow>,
    #[serde(default)]
    doituongthuchien: Vec<String>,
    #[serde(default)]
    coquanthuchien: Vec<AgencyRow>,
    #[serde(default)]
    coquancothamquyen: Option<String>,
    #[serde(default)]
    trinhtuthuchien: Vec<Steps>,
    #[serde(default)]
    cachthucthuchien: Vec<Way>,
    #[serde(default)]
    thanhphanhoso: Vec<Papers>,
    #[serde(default)]
    ketquathuchien: Vec<Outcomes>,
    #[serde(default)]
    cancuphaply: Vec<Basis>,
    #[serde(default)]
    yeucau: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct FieldRow {
    #[serde(default)]
    malinhvuc: String,
    #[serde(default)]
    tenlinhvuc: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct AgencyRow {
    #[serde(default)]
    tendonvi: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Steps {
    #[serde(default)]
    truonghop: String,
    #[serde(default)]
    trinhtu: Vec<StepRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct StepRow {
    #[serde(default)]
    tentrinhtu: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Way {
    #[serde(deserialize_with = "number")]
    kenh: u32,
    #[serde(default)]
    thoigian: Vec<Time>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Time {
    #[serde(default, deserialize_with = "loose")]
    thoigiangiaiquyet: String,
    #[serde(default)]
    donvitinh: String,
    #[serde(default)]
    mota: String,
    #[serde(default)]
    philephi: Vec<FeeRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct FeeRow {
    #[serde(default)]
    maphilephi: String,
    #[serde(default, deserialize_with = "loose")]
    sotien: String,
    #[serde(default)]
    mota: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Papers {
    #[serde(default)]
    truonghop: String,
    #[serde(default)]
    giayto: Vec<PaperRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct PaperRow {
    #[serde(default)]
    magiayto: String,
    tengiayto: String,
    #[serde(default, deserialize_with = "number")]
    sobanchinh: u32,
    #[serde(default, deserialize_with = "number")]
    sobansao: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Outcomes {
    #[serde(default)]
    maketqua: String,
    #[serde(default)]
    tenketqua: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Basis {
    #[serde(default)]
    sovanban: String,
    #[serde(default)]
    tenvanban: String,
}

/// A text, or a number as text.
fn loose<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    })
}

/// A whole number, or a text of one; the portal sends both.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let text = loose(from)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| serde::de::Error::custom(format!("«{text}» không phải số nguyên")))
}

/// Reads one record.
pub fn read(value: &Value, words: &Enrichment) -> Result<Revision, Vec<String>> {
    let record: Record = serde_json::from_value(value.clone()).map_err(|e| vec![e.to_string()])?;
    let code = record.matthc.as_deref().map(text::line).unwrap_or_default();
    let name = record.tentthc.as_deref().map(text::line).unwrap_or_default();
    let mut faults = Vec::new();
    if code.is_empty() {
        faults.push("thiếu mã thủ tục (MATTHC)".to_owned());
    }
    if name.is_empty() {
        faults.push("thiếu tên thủ tục (TENTTHC)".to_owned());
    }
    let field = record.field(words);
    if field.is_none() {
        faults.push("thiếu lĩnh vực (LINHVUCTHUCHIEN)".to_owned());
    }
    let levels = each(&record.capthuchien, agency_level).map_err(|e| faults.push(e)).unwrap_or_default();
    let audience = each(&record.doituongthuchien, audience).map_err(|e| faults.push(e)).unwrap_or_default();
    let channels =
        each(&record.cachthucthuchien, |way| channel(way.kenh)).map_err(|e| faults.push(e)).unwrap_or_default();
    let (Some(field), true) = (field, faults.is_empty()) else { return Err(faults) };
    Ok(Revision {
        life_events: life_events::matching(&name),
        name: Text::vi(name.clone()),
        source: Source::National,
        texts_from: None,
        decision: record.soquyetdinh.as_deref().map(text::line).filter(|t| !t.is_empty()),
        field,
        level: Level::Info,
        partial_reason: None,
        agency_levels: levels,
        agency_text: record.agency(),
        audience,
        audience_text: record.doituongthuchien.iter().map(|t| Text::vi(text::line(t))).collect(),
        channels,
        legal_basis: record.legal_basis(),
        steps: record.steps(),
        requirements: record.yeucau.as_deref().and_then(residue::requirements).map(Text::vi).into_iter().collect(),
        notes: Vec::new(),
        related: Vec::new(),
        identity_level: 1,
        automatic: false,
        filing_windows: Vec::new(),
        cases: vec![record.case(&code, name)?],
        effective_from: None,
        effective_to: None,
        code,
    })
}

/// Reads each row, each result once, in order.
fn each<R, T: PartialEq>(rows: &[R], read: impl Fn(&R) -> Result<T, String>) -> Result<Vec<T>, String> {
    let mut out = Vec::new();
    for row in rows {
        let one = read(row)?;
        if !out.contains(&one) {
            out.push(one);
        }
    }
    Ok(out)
}

fn agency_level(name: &String) -> Result<AgencyLevel, String> {
    match text::fold(name).as_str() {
        "cap bo" | "cap trung uong" => Ok(AgencyLevel::Ministry),
        "cap tinh" => Ok(AgencyLevel::Province),
        "cap huyen" => Ok(AgencyLevel::District),
        "cap xa" => Ok(AgencyLevel::Commune),
        "co quan khac" => Ok(AgencyLevel::Institution),
        _ => Err(format!("cấp thực hiện lạ «{name}»")),
    }
}

fn audience(name: &String) -> Result<Audience, String> {
    let folded = text::fold(name);
    let has = |words: &str| folded.contains(words);
    Ok(match () {
        () if has("dinh cu o nuoc ngoai") => Audience::OverseasVietnamese,
        () if has("nguoi nuoc ngoai") => Audience::Foreigner,
        () if has("khong bao gom doanh nghiep") || has("to chuc") => Audience::Organisation,
        () if has("doanh nghiep") || has("hop tac xa") => Audience::Business,
        () if has("co quan") => Audience::Agency,
        () if has("cong dan") || has("can bo") || has("cong chuc") || has("vien chuc") || has("dang vien") => {
            Audience::Citizen
        }
        () => return Err(format!("đối tượng thực hiện lạ «{name}»")),
    })
}

fn channel(number: u32) -> Result<Channel, String> {
    match number {
        1 => Ok(Channel::Counter),
        2 => Ok(Channel::Online),
        3 => Ok(Channel::Post),
        other => Err(format!("kênh (KENH) lạ {other}")),
    }
}

/// A case's name where the record names one (`--` and nothing mean none).
fn case_name(name: &str) -> Option<String> {
    let name = text::line(name);
    (!matches!(name.as_str(), "" | "-" | "--")).then_some(name)
}

impl Record {
    fn field(&self, words: &Enrichment) -> Option<Field> {
        let row = self.linhvucthuchien.first()?;
        let name = text::line(&row.tenlinhvuc);
        if name.is_empty() {
            return None;
        }
        let code = match (words.fields.get(&name), row.malinhvuc.trim()) {
            (Some(code), _) => code.clone(),
            (None, "") => super::slug(&name),
            (None, code) => code.to_owned(),
        };
        Some(Field { code, name: words.text(&name) })
    }

    fn agency(&self) -> Text {
        let named: Vec<String> =
            self.coquanthuchien.iter().map(|a| text::line(&a.tendonvi)).filter(|t| !t.is_empty()).collect();
        let other = self.coquancothamquyen.as_deref().map(text::line).unwrap_or_default();
        Text::vi(spelled_out(&if named.is_empty() { other } else { named.join("; ") }))
    }

    fn legal_basis(&self) -> Vec<LegalText> {
        let one = |b: &Basis| LegalText {
            number: residue::without_notes(&text::line(&b.sovanban)),
            name: text::line(&b.tenvanban),
        };
        self.cancuphaply.iter().map(one).collect()
    }

    fn steps(&self) -> Vec<StepText> {
        let mut out = Vec::new();
        for group in &self.trinhtuthuchien {
            let case = case_name(&group.truonghop);
            for step in &group.trinhtu {
                let told = text::lines(&step.tentrinhtu);
                if !told.trim().is_empty() {
                    out.push(StepText { case: case.clone(), who: None, text: Text::vi(told.trim()) });
                }
            }
        }
        out
    }

    fn case(&self, code: &str, name: String) -> Result<Case, Vec<String>> {
        Ok(Case {
            code: Case::DEFAULT.to_owned(),
            name: Text::vi(name),
            form: None,
            documents: self.documents(),
            fees: self.fees().map_err(|e| vec![e])?,
            processing_time: self.times().map_err(|e| vec![e])?,
            part_limits: Vec::new(),
            workflow: Workflow::default(),
            results: self.results(code),
            supplement: SupplementRules::default(),
            confirm_draft: false,
            decision: None,
        })
    }

    fn documents(&self) -> Vec<RequiredPaper> {
        let mut out: Vec<RequiredPaper> = Vec::new();
        for group in &self.thanhphanhoso {
            let case = case_name(&group.truonghop);
            let shown = case.as_deref().is_some_and(|c| text::fold(c).contains("xuat trinh"));
            for row in &group.giayto {
                let name = residue::paper_name(&row.tengiayto);
                if name.is_empty() {
                    continue;
                }
                let own = row.magiayto.trim();
                let code = if own.is_empty() { format!("giay_to_{}", out.len() + 1) } else { own.to_owned() };
                out.push(RequiredPaper {
                    code: if out.iter().any(|p| p.code == code) { format!("{code}_{}", out.len() + 1) } else { code },
                    name: Text::vi(name),
                    how: if shown { How::Show } else { How::Attach },
                    required: !shown && case.is_none(),
                    condition: None,
                    circumstance: None,
                    condition_text: case.clone().map(Text::vi),
                    originals: row.sobanchinh,
                    copies: row.sobansao,
                    replaced_by_data: None,
                });
            }
        }
        out
    }

    /// Times, the same time over several channels once.
    fn times(&self) -> Result<Vec<ProcessingTime>, String> {
        let mut out: Vec<ProcessingTime> = Vec::new();
        for way in &self.cachthucthuchien {
            let channel = channel(way.kenh)?;
            for time in &way.thoigian {
                let read = time.read()?;
                match out.iter_mut().find(|t| (t.amount, t.unit, &t.note) == (read.amount, read.unit, &read.note)) {
                    Some(same) if !same.channels.contains(&channel) => same.channels.push(channel),
                    Some(_) => {}
                    None => out.push(ProcessingTime { channels: vec![channel], ..read }),
                }
            }
        }
        Ok(out)
    }

    fn fees(&self) -> Result<Vec<FeeRule>, String> {
        let mut out: Vec<FeeRule> = Vec::new();
        for way in &self.cachthucthuchien {
            let channel = channel(way.kenh)?;
            for fee in way.thoigian.iter().flat_map(|time| &time.philephi) {
                let amount = Amount::Fixed { amount: fee.amount()? };
                let note = Some(text::line(&fee.mota)).filter(|t| !t.is_empty()).map(Text::vi);
                match out.iter_mut().find(|rule| rule.amount == amount && rule.note == note) {
                    Some(same) if !same.channels.contains(&channel) => same.channels.push(channel),
                    Some(_) => {}
                    None => out.push(fee.rule(out.len() + 1, amount, note, channel)),
                }
            }
        }
        Ok(out)
    }

    fn results(&self, code: &str) -> Vec<ResultDef> {
        let named =
            self.ketquathuchien.iter().map(|r| (r, text::line(&r.tenketqua))).filter(|(_, name)| !name.is_empty());
        named
            .enumerate()
            .map(|(i, (row, name))| ResultDef {
                code: match row.maketqua.trim() {
                    "" => format!("KQ.{code}.{}", i + 1),
                    own => own.to_owned(),
                },
                name: Text::vi(name),
                outcome: Outcome::Granted,
                is_document: true,
                form: None,
                prefill: std::collections::BTreeMap::new(),
                signatures: Vec::new(),
                originals: 1,
                validity: None,
            })
            .collect()
    }
}

impl Time {
    fn read(&self) -> Result<ProcessingTime, String> {
        let note = Some(text::lines(&self.mota)).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).map(Text::vi);
        let stated = self.thoigiangiaiquyet.trim();
        let unit = match text::fold(&self.donvitinh).as_str() {
            "ngay lam viec" => TimeUnit::WorkingDay,
            "ngay" => TimeUnit::CalendarDay,
            "gio" | "gio lam viec" => TimeUnit::Hour,
            "thang" => TimeUnit::Month,
            "" => TimeUnit::Unstated,
            _ => return Err(format!("đơn vị thời hạn lạ «{}»", self.donvitinh)),
        };
        if stated.is_empty() {
            return Ok(ProcessingTime { amount: 0, unit: TimeUnit::Unstated, channels: vec![], note });
        }
        // The portal writes decimals with a comma («140,000» is 140) or a point («1.5»).
        let number: f64 = stated.replace(',', ".").parse().map_err(|_| format!("thời hạn «{stated}» không phải số"))?;
        let (number, unit) = match unit {
            TimeUnit::WorkingDay if number.fract() != 0.0 => (number * 8.0, TimeUnit::Hour),
            unit => (number, unit),
        };
        if !(0.0..=100_000.0).contains(&number) || number.fract() != 0.0 {
            return Err(format!("thời hạn «{stated}» không dùng được"));
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
        let amount = number as u32;
        Ok(ProcessingTime { amount, unit, channels: vec![], note })
    }
}

impl FeeRow {
    /// The amount: digits with or without dots between thousands.
    fn amount(&self) -> Result<Vnd, String> {
        let digits: String = self.sotien.chars().filter(|c| !matches!(c, '.' | ',' | ' ')).collect();
        if digits.is_empty() {
            return Ok(Vnd(0));
        }
        digits.parse().map(Vnd).map_err(|_| format!("số tiền «{}» không phải số", self.sotien))
    }

    fn rule(&self, number: usize, amount: Amount, note: Option<Text>, channel: Channel) -> FeeRule {
        let own = self.maphilephi.trim();
        FeeRule {
            code: if own.is_empty() { format!("phi_{number}") } else { own.to_owned() },
            kind: FeeKind::Fee,
            name: Text::both("Phí, lệ phí", "Fee or charge"),
            amount,
            unit: None,
            channels: vec![channel],
            condition: None,
            condition_text: None,
            exemptions: vec![],
            due: Due::Later,
            effective_from: None,
            effective_to: None,
            legal_basis: None,
            note,
        }
    }
}
