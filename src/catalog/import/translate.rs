//! A procedure of the facts format as a revision.

use serde_json::Value;

use super::enrichment::{CaseExtra, DecisionExtra, Enrichment, Extra, ResultExtra};
use super::facts::{Fee, Paper, Procedure, TimeLimit};
use super::form::Builder;
use super::residue::without_notes;
use crate::catalog::fees::{Amount, Due, FeeKind, FeeRule};
use crate::catalog::revision::{
    AgencyLevel, Audience, Case, Channel, Circumstance, Field, FormDef, How, LegalText, Level, Outcome, PartLimit,
    ProcessingTime, Related, RequiredPaper, ResultDef, Revision, Signature, Source, StepText, Text, TimeUnit,
};
use crate::catalog::workflow::Workflow;
use crate::kernel::Vnd;

/// The revision, or everything that is wrong.
pub fn revision(facts: &Procedure, words: &Enrichment) -> Result<Revision, Vec<String>> {
    let none = Extra::default();
    let (code, extra) = match (words.of(facts.ma.as_deref(), &facts.ten), &facts.ma) {
        (Some((code, extra)), _) => (code.to_owned(), extra),
        (None, Some(code)) => (code.clone(), &none),
        (None, None) => return Err(vec!["thủ tục không có mã (ma) và không có tên trong phần bổ sung".to_owned()]),
    };
    let work = Work { facts, extra, words };
    let mut faults = Vec::new();
    let mut keep = |fault: String| faults.push(fault);
    let form = Builder { title: &facts.ten, extra, words }.build(&facts.bieu_mau).map_err(&mut keep).ok();
    let levels = work.agency_levels().map_err(&mut keep).unwrap_or_default();
    let level = work.level().map_err(&mut keep).unwrap_or(Level::Info);
    let channels = work.channels().map_err(&mut keep).unwrap_or_default();
    let cases = work.cases(form.as_ref()).map_err(|list| list.into_iter().for_each(&mut keep)).unwrap_or_default();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Revision {
        code,
        name: words.text(&facts.ten),
        source: Source::Own,
        texts_from: None,
        decision: facts.qd_cong_bo.clone(),
        field: work.field(),
        level,
        partial_reason: work.partial_reason(level),
        agency_levels: levels,
        agency_text: words.text(&facts.co_quan),
        audience: if extra.audience.is_empty() { vec![Audience::Citizen] } else { extra.audience.clone() },
        audience_text: facts.doi_tuong.iter().map(|t| words.text(t)).collect(),
        channels,
        legal_basis: facts.can_cu.iter().map(|n| LegalText { number: without_notes(n), name: String::new() }).collect(),
        steps: work.steps(),
        requirements: facts.dieu_kien.iter().map(|t| words.help(t)).filter(|t| !t.is_empty()).collect(),
        notes: work.notes(),
        life_events: extra.life_events.clone(),
        related: facts.lien_quan.iter().map(|r| Related { code: r.ma.clone(), name: r.ten.clone() }).collect(),
        identity_level: extra.identity_level.unwrap_or(1),
        automatic: extra.automatic || facts.muc_do == "tu_dong",
        filing_windows: extra.windows.clone(),
        cases,
        effective_from: None,
        effective_to: None,
    })
}

/// What the parts are made from.
struct Work<'a> {
    facts: &'a Procedure,
    extra: &'a Extra,
    words: &'a Enrichment,
}

impl Work<'_> {
    fn field(&self) -> Field {
        let name = self.words.text(&self.facts.linh_vuc);
        let known = self.words.fields.get(&self.facts.linh_vuc).cloned();
        Field { code: known.unwrap_or_else(|| super::slug(&self.facts.linh_vuc)), name }
    }

    fn level(&self) -> Result<Level, String> {
        if let Some(level) = self.extra.level {
            return Ok(level);
        }
        match self.facts.muc_do.as_str() {
            "toan_trinh" | "tu_dong" => Ok(Level::Full),
            "mot_phan" => Ok(Level::Partial),
            "cung_cap_thong_tin" => Ok(Level::Info),
            other => Err(format!("mức độ lạ «{other}»")),
        }
    }

    fn partial_reason(&self, level: Level) -> Option<Text> {
        let stated = self.facts.ly_do_mot_phan.as_deref().map(|reason| self.words.text(reason));
        stated.or_else(|| self.extra.partial_reason.clone()).filter(|_| level != Level::Full)
    }

    fn agency_levels(&self) -> Result<Vec<AgencyLevel>, String> {
        let mut out = Vec::new();
        for part in self.facts.cap.split(',') {
            let level = match part.trim() {
                "xa" => AgencyLevel::Commune,
                "tinh" | "so" => AgencyLevel::Province,
                "bo" => AgencyLevel::Ministry,
                "truong" => AgencyLevel::Institution,
                other => return Err(format!("cấp lạ «{other}»")),
            };
            if !out.contains(&level) {
                out.push(level);
            }
        }
        Ok(out)
    }

    fn channels(&self) -> Result<Vec<Channel>, String> {
        if !self.extra.channels.is_empty() {
            return Ok(self.extra.channels.clone());
        }
        self.facts.kenh.iter().map(|name| channel(name)).collect()
    }

    fn steps(&self) -> Vec<StepText> {
        if self.facts.quy_trinh.is_empty() {
            return self.extra.steps.clone();
        }
        let step = |s: &super::facts::Step| StepText {
            case: None,
            who: Some(self.words.help(&s.vai)),
            text: self.words.help(&s.viec),
        };
        self.facts.quy_trinh.iter().map(step).collect()
    }

    fn notes(&self) -> Vec<Text> {
        let facts = self.facts;
        let mut notes: Vec<Text> = [&facts.ghi_chu_thanh_phan, &facts.ghi_chu_kenh]
            .into_iter()
            .flatten()
            .map(|note| self.words.help(note))
            .collect();
        if let Some(exempt) = &facts.mien_giam {
            notes.push(Text::both(format!("Miễn, giảm lệ phí: {exempt}"), format!("Exemptions: {exempt}")));
        }
        notes.extend(facts.muc_ho_tro.iter().map(|s| self.words.help(&format!("{}: {}", s.can_cu, s.muc))));
        notes.extend(self.extra.notes.iter().cloned());
        notes
    }

    /// The enrichment's cases, else those that the facts name, else one.
    fn cases(&self, form: Option<&FormDef>) -> Result<Vec<Case>, Vec<String>> {
        let single = |code: String, name: String| CaseExtra {
            code,
            name,
            en: None,
            papers: None,
            required_papers: Vec::new(),
            processing_time: None,
        };
        let listed: Vec<CaseExtra> = match (self.extra.cases.is_empty(), self.facts.truong_hop.is_empty()) {
            (false, _) => self.extra.cases.clone(),
            (true, false) => self.facts.truong_hop.iter().map(|name| single(super::slug(name), name.clone())).collect(),
            (true, true) => vec![single(Case::DEFAULT.to_owned(), self.facts.ten.clone())],
        };
        listed.iter().map(|case| self.case(case, form)).collect()
    }

    fn case(&self, case: &CaseExtra, form: Option<&FormDef>) -> Result<Case, Vec<String>> {
        let one = |fault: String| vec![fault];
        let mut name = self.words.text(&case.name);
        name.en = case.en.clone().or(name.en);
        let time = case.processing_time.clone().map_or_else(|| self.time(&self.facts.thoi_han), Ok).map_err(one)?;
        let limit = |l: &super::facts::PartLimit| {
            Ok::<_, String>(PartLimit { what: self.words.help(&l.viec), amount: l.so, unit: unit(&l.don_vi)? })
        };
        Ok(Case {
            code: case.code.clone(),
            name,
            form: form.cloned(),
            documents: self.documents(case).map_err(one)?,
            fees: self.fees().map_err(one)?,
            processing_time: vec![time],
            part_limits: self.facts.thoi_han_phu.iter().map(limit).collect::<Result<_, _>>().map_err(one)?,
            workflow: self.workflow().map_err(one)?,
            results: self.results()?,
            supplement: self.extra.supplement.unwrap_or_default(),
            confirm_draft: self.extra.confirm_draft,
            decision: self.extra.decision.as_ref().map(DecisionExtra::decision),
        })
    }

    fn time(&self, limit: &TimeLimit) -> Result<ProcessingTime, String> {
        let unit = match self.extra.time {
            Some(unit) => unit,
            None => unit(&limit.don_vi)?,
        };
        let note = limit.dien_giai.as_deref().map(|note| self.words.help(note)).filter(|n| !n.is_empty());
        Ok(ProcessingTime { amount: limit.so.unwrap_or(0), unit, channels: vec![], note })
    }

    fn workflow(&self) -> Result<Workflow, String> {
        let name = self.extra.workflow.as_deref().unwrap_or("commune");
        self.words.workflows.get(name).cloned().ok_or_else(|| format!("không có quy trình mẫu «{name}»"))
    }

    /// The case's papers; declarations are the form itself and never listed.
    fn documents(&self, case: &CaseExtra) -> Result<Vec<RequiredPaper>, String> {
        let is_paper = |p: &&Paper| p.hinh_thuc != "khai" && p.ma != "to_khai" && p.ma != "e_form";
        let mut out = Vec::new();
        for paper in self.facts.thanh_phan.iter().filter(is_paper) {
            if case.papers.as_ref().is_some_and(|codes| !codes.contains(&paper.ma)) {
                continue;
            }
            out.push(self.document(paper, case.required_papers.contains(&paper.ma))?);
        }
        Ok(out)
    }

    fn document(&self, paper: &Paper, by_case: bool) -> Result<RequiredPaper, String> {
        let how = match paper.hinh_thuc.as_str() {
            "nop" => How::Attach,
            "xuat_trinh" => How::Show,
            other => return Err(format!("thành phần «{}»: hình thức lạ «{other}»", paper.ma)),
        };
        let extra = self.extra.papers.get(&paper.ma);
        let stated = extra.and_then(|e| e.circumstance);
        let delegate = paper.dieu_kien.as_deref().is_some_and(|c| c.starts_with("nộp thay"));
        Ok(RequiredPaper {
            code: paper.ma.clone(),
            name: self.words.text(&paper.ten),
            how,
            required: how == How::Attach && (paper.bat_buoc || by_case),
            condition: extra.and_then(|e| e.condition.as_ref()).map(super::condition::Condition::predicate),
            circumstance: stated.or_else(|| delegate.then_some(Circumstance::ByDelegate)),
            condition_text: paper.dieu_kien.as_deref().map(|c| self.words.text(c)),
            originals: paper.ban_chinh,
            copies: paper.ban_sao,
            replaced_by_data: paper.thay_bang_du_lieu.as_deref().map(|d| self.words.text(d)),
        })
    }

    /// The enrichment's fee rules, else the facts' plain amounts.
    fn fees(&self) -> Result<Vec<FeeRule>, String> {
        if !self.extra.fees.is_empty() {
            let rules = self.extra.fees.iter().map(|fee| fee.rule().map_err(|e| format!("phí: {e}")));
            return rules.collect();
        }
        self.facts.phi.iter().enumerate().map(|(i, fee)| self.plain_fee(i, fee)).collect()
    }

    fn plain_fee(&self, index: usize, fee: &Fee) -> Result<FeeRule, String> {
        let (kind, name) = match fee.loai.as_str() {
            "phi" => (FeeKind::Fee, "Phí"),
            "le_phi" => (FeeKind::Charge, "Lệ phí"),
            other => return Err(format!("loại phí lạ «{other}»")),
        };
        let amount = match fee.muc {
            Some(amount) if amount >= 0 => Amount::Fixed { amount: Vnd(amount) },
            Some(_) => return Err("mức phí âm".to_owned()),
            None => Amount::Council { rates: vec![] },
        };
        Ok(FeeRule {
            code: format!("{}_{}", fee.loai, index + 1),
            kind,
            name: self.words.text(fee.ten.as_deref().unwrap_or(name)),
            amount,
            unit: fee.don_vi.as_deref().map(Text::vi),
            channels: fee.kenh.as_deref().map(channel).transpose()?.into_iter().collect(),
            condition: None,
            condition_text: fee.dieu_kien.as_deref().map(|c| self.words.text(c)),
            exemptions: vec![],
            due: Due::Later,
            effective_from: None,
            effective_to: None,
            legal_basis: fee.can_cu.clone(),
            note: fee.ghi_chu.as_deref().map(|n| self.words.text(n)),
        })
    }

    /// The enrichment's results with the facts' names; results that only the facts name are plain papers.
    fn results(&self) -> Result<Vec<ResultDef>, Vec<String>> {
        if self.extra.results.is_empty() {
            return Ok(self.facts.ket_qua.iter().enumerate().map(|(i, r)| self.plain_result(i, r)).collect());
        }
        let mut out = Vec::new();
        for (i, extra) in self.extra.results.iter().enumerate() {
            let by_code = self.facts.ket_qua.iter().find(|r| r.ma.as_deref() == Some(extra.code.as_str()));
            let fact = by_code.or_else(|| self.facts.ket_qua.get(i).filter(|r| r.ma.is_none()));
            let name = match (&extra.name, fact) {
                (Some(name), _) => name.clone(),
                (None, Some(fact)) => self.words.text(&fact.ten),
                (None, None) => return Err(vec![format!("kết quả «{}» không có tên", extra.code)]),
            };
            out.push(self.result(extra, name).map_err(|e| vec![format!("kết quả «{}»: {e}", extra.code)])?);
        }
        Ok(out)
    }

    fn result(&self, extra: &ResultExtra, name: Text) -> Result<ResultDef, String> {
        let form = if extra.sections.is_empty() {
            None
        } else {
            let plain = Extra::default();
            let mut form = Builder { title: &name.vi, extra: &plain, words: self.words }.build(&extra.sections)?;
            if let Some(en) = &name.en {
                form.schema["x-en"] = serde_json::json!({ "title": en });
            }
            Some(form)
        };
        Ok(ResultDef {
            code: extra.code.clone(),
            name,
            outcome: extra.outcome,
            is_document: extra.is_document,
            form,
            prefill: extra.prefill.clone(),
            signatures: extra.signatures.clone(),
            originals: extra.originals,
            validity: extra.validity.clone(),
        })
    }

    fn plain_result(&self, index: usize, fact: &super::facts::ResultFact) -> ResultDef {
        ResultDef {
            code: fact.ma.clone().unwrap_or_else(|| format!("KQ.DP.9{index:05}")),
            name: self.words.text(&fact.ten),
            outcome: Outcome::Granted,
            is_document: true,
            form: None,
            prefill: std::collections::BTreeMap::new(),
            signatures: vec![Signature::Approver, Signature::Agency],
            originals: fact.so_ban_chinh.unwrap_or(1),
            validity: None,
        }
    }
}

/// A channel of the facts.
fn channel(name: &str) -> Result<Channel, String> {
    match name {
        "truc_tuyen" => Ok(Channel::Online),
        "truc_tiep" => Ok(Channel::Counter),
        "buu_chinh" => Ok(Channel::Post),
        other => Err(format!("kênh lạ «{other}»")),
    }
}

/// A unit of time of the facts.
fn unit(name: &str) -> Result<TimeUnit, String> {
    match name {
        "ngay_lam_viec" => Ok(TimeUnit::WorkingDay),
        "ngay" | "ngay_lien_tuc" => Ok(TimeUnit::CalendarDay),
        "gio" => Ok(TimeUnit::Hour),
        "tu_dong" => Ok(TimeUnit::Automatic),
        "dot" => Ok(TimeUnit::Window),
        other => Err(format!("đơn vị thời hạn lạ «{other}»")),
    }
}

/// Reads one element of `thu_tuc`.
pub fn read(value: &Value, words: &Enrichment) -> Result<Revision, Vec<String>> {
    let facts: Procedure = serde_json::from_value(value.clone()).map_err(|e| vec![e.to_string()])?;
    revision(&facts, words)
}
