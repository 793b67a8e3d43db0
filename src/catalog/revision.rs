//! What a published revision of a procedure says: plain, typed, immutable content.
//!
//! A revision is stored as one JSON document and never changes; a dossier keeps the revision it was filed on.
//! Everything here that comes from law carries its dates or lives inside a revision that does.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Predicate;
use super::decision::Decision;
use super::fees::FeeRule;
pub use super::kinds::{AgencyLevel, Audience, Channel, Level, Text};
use super::workflow::Workflow;
use crate::kernel::Timestamp;

/// A field of procedures (lĩnh vực).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Stable code: the national one where there is one, else made from the name.
    pub code: String,
    pub name: Text,
}

/// A legal text that a procedure rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalText {
    /// Number and sign, such as `60/2014/QH13`.
    pub number: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// One step of the procedure as it is explained to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepText {
    /// The case (trường hợp) the step belongs to, where the source tells cases apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Text>,
    pub text: Text,
}

/// Another procedure worth knowing beside this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    pub code: String,
    pub name: String,
}

/// A session (đợt) in which a procedure takes dossiers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingWindow {
    pub code: String,
    pub name: Text,
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    /// Until when a filed dossier may still be changed by the citizen; at most `closes_at` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub editable_until: Option<Timestamp>,
}

impl FilingWindow {
    /// Whether a dossier may be filed at `at`: from the opening instant up to, not including, the closing one.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.opens_at <= at && at < self.closes_at
    }
}

/// An e-form: the data's JSON Schema (2020-12) and its layout (JSON Forms).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormDef {
    /// Changes whenever schema or layout change.
    pub version: String,
    pub schema: Value,
    pub uischema: Value,
}

/// How a required paper is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Nộp: attached online, handed in at the counter.
    Attach,
    /// Xuất trình: shown to be compared; an upload is accepted.
    Show,
}

/// A circumstance of filing, not of the declaration, under which a paper is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Circumstance {
    /// Somebody files for the owner on the strength of an authorisation.
    ByDelegate,
    /// The data that would replace the paper can't be got from the databases.
    DataUnavailable,
}

/// A paper of the dossier (thành phần hồ sơ); declarations are never listed here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequiredPaper {
    pub code: String,
    pub name: Text,
    pub how: How,
    /// Must be attached to submit online, whatever the answers; a paper with `condition` or `circumstance` must be
    /// attached when those hold, and is not asked for otherwise.
    pub required: bool,
    /// JSON Schema over the form's data; the paper is asked for when the data match it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Predicate>,
    /// Asked for only under this circumstance of filing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circumstance: Option<Circumstance>,
    /// The condition in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition_text: Option<Text>,
    pub originals: u32,
    pub copies: u32,
    /// The database whose data make the paper unnecessary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by_data: Option<Text>,
}

/// The unit of a processing time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    WorkingDay,
    /// Calendar days; an end on a day off moves to the next working day.
    CalendarDay,
    /// Working hours.
    Hour,
    /// Calendar months; only in national records.
    Month,
    /// Ngay trong ngày; received after 15:00 it is the next working day.
    SameDay,
    /// The system answers at once.
    Automatic,
    /// By session: the filing window's own dates count.
    Window,
    /// The source states no limit.
    Unstated,
}

/// How long settling takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessingTime {
    /// In `unit`; 0 where the unit carries no number.
    pub amount: u32,
    pub unit: TimeUnit,
    /// The channels it holds for; none named: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// A limit inside the whole, such as three working days for another agency's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartLimit {
    pub what: Text,
    pub amount: u32,
    pub unit: TimeUnit,
}

/// What a decision can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Granted,
    Refused,
}

/// A result of the procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultDef {
    /// National result code (`KQ.G15.000031`) or a local one that begins with `KQ.`.
    pub code: String,
    pub name: Text,
    pub outcome: Outcome,
    /// Whether the act makes a paper; else it is an entry in a register.
    pub is_document: bool,
    /// Fields of the draft result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormDef>,
    /// Where the draft's values come from: pointer in the result → pointer in the form's data. A `*` stands for every row
    /// of a list: texts are put one under the other, numbers are added up.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub prefill: std::collections::BTreeMap<String, String>,
    /// Signatures that must stand under it before it is handed over.
    #[serde(default)]
    pub signatures: Vec<Signature>,
    /// Originals made (a marriage certificate has two).
    pub originals: u32,
    /// How long it may be used, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Text>,
}

/// Who signs a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// The approver, with the agency's certificate for the person's role.
    Approver,
    /// The agency's seal.
    Agency,
}

/// What happens to the limit when a supplement comes in after acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterSupplement {
    /// From the beginning (NĐ 61/2018, Điều 19.4): the default.
    Restart,
    /// From where it stood.
    Resume,
}

/// When and how often an officer may ask for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementRules {
    /// Working days from acceptance in which the request may be made.
    pub within_working_days: u32,
    /// How many requests after acceptance.
    pub times: u32,
    pub after: AfterSupplement,
    /// Days that the citizen has to answer.
    pub answer_days: u32,
}

impl Default for SupplementRules {
    /// Within 3 working days, once, the limit restarts, 30 days to answer (domain.md, Time).
    fn default() -> Self {
        Self { within_working_days: 3, times: 1, after: AfterSupplement::Restart, answer_days: 30 }
    }
}

/// A case of the procedure (trường hợp giải quyết).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Stable code; `default` where there is only one.
    pub code: String,
    pub name: Text,
    /// None: an information page, nothing can be filed online.
    #[serde(default)]
    pub form: Option<FormDef>,
    #[serde(default)]
    pub documents: Vec<RequiredPaper>,
    #[serde(default)]
    pub fees: Vec<FeeRule>,
    #[serde(default)]
    pub processing_time: Vec<ProcessingTime>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub part_limits: Vec<PartLimit>,
    pub workflow: Workflow,
    /// The first is the one that a grant makes.
    #[serde(default)]
    pub results: Vec<ResultDef>,
    #[serde(default)]
    pub supplement: SupplementRules,
    /// The citizen is shown the filled certificate and may object for one working day; silence is consent.
    #[serde(default)]
    pub confirm_draft: bool,
    /// How the system decides by itself; only where the procedure is automatic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

impl Case {
    /// The code of the only case of a procedure that tells none apart.
    pub const DEFAULT: &'static str = "default";

    /// The processing time for a channel: the one that names it, else the general one.
    pub fn time_for(&self, channel: Channel) -> Option<&ProcessingTime> {
        let named = self.processing_time.iter().find(|t| t.channels.contains(&channel));
        named.or_else(|| self.processing_time.iter().find(|t| t.channels.is_empty()))
    }

    /// The first result of an outcome.
    pub fn result_for(&self, outcome: Outcome) -> Option<&ResultDef> {
        let mut of_kind = self.results.iter().filter(|r| r.outcome == outcome);
        of_kind.clone().find(|r| r.is_document).or_else(|| of_kind.next())
    }
}

/// Where a revision's facts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Written or imported in this product's own format, or edited here.
    Own,
    /// A record of the national portal.
    National,
}

/// The whole content of a revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// National code (`1.001193`) or a local one (`9.000001`).
    pub code: String,
    pub name: Text,
    pub source: Source,
    /// Whose information texts these are, where not the source's own: a national record revises the texts of a procedure
    /// that has an e-form here, and from then on they are the nation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texts_from: Option<Source>,
    /// The decision that published it (quyết định công bố).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    pub field: Field,
    pub level: Level,
    /// Why it is not fully online; publishing without it is refused when `level` is `partial`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_reason: Option<Text>,
    pub agency_levels: Vec<AgencyLevel>,
    /// Which agency, in words.
    pub agency_text: Text,
    pub audience: Vec<Audience>,
    /// Whom it is for, in the source's words.
    #[serde(default)]
    pub audience_text: Vec<Text>,
    pub channels: Vec<Channel>,
    #[serde(default)]
    pub legal_basis: Vec<LegalText>,
    #[serde(default)]
    pub steps: Vec<StepText>,
    /// Requirements and conditions (yêu cầu, điều kiện).
    #[serde(default)]
    pub requirements: Vec<Text>,
    /// Further notes for people: exemptions, where else it can be done.
    #[serde(default)]
    pub notes: Vec<Text>,
    #[serde(default)]
    pub life_events: Vec<String>,
    #[serde(default)]
    pub related: Vec<Related>,
    /// Identity assurance that filing online needs: 1 self-declared, 2 VNeID.
    pub identity_level: u8,
    /// Settled by the system without an officer.
    #[serde(default)]
    pub automatic: bool,
    /// Sessions; empty: dossiers are taken at any time.
    #[serde(default)]
    pub filing_windows: Vec<FilingWindow>,
    pub cases: Vec<Case>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<Date>,
}

impl Revision {
    /// Whether any case can be filed online.
    pub fn has_form(&self) -> bool {
        self.cases.iter().any(|case| case.form.is_some())
    }

    /// The case of a code; without a code the only case there is.
    pub fn case(&self, code: Option<&str>) -> Option<&Case> {
        match (code, self.cases.as_slice()) {
            (Some(code), cases) => cases.iter().find(|case| case.code == code),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// The session that takes dossiers at `at`. `Ok(None)`: no sessions, always open; `Err`: closed now.
    pub fn window_at(&self, at: Timestamp) -> Result<Option<&FilingWindow>, Closed> {
        if self.filing_windows.is_empty() {
            return Ok(None);
        }
        if let Some(open) = self.filing_windows.iter().find(|w| w.is_open(at)) {
            return Ok(Some(open));
        }
        let next = self.filing_windows.iter().filter(|w| w.opens_at > at).min_by_key(|w| w.opens_at);
        Err(Closed { next: next.cloned().map(Box::new) })
    }

    /// This revision with the information texts of another; form, cases, papers, fees, times and workflow stay.
    /// So a national record never touches an e-form.
    pub fn with_texts_of(&self, other: &Self) -> Self {
        let or = |new: &Text, old: &Text| {
            if new.is_empty() {
                return old.clone();
            }
            // The national record has no English; the own one stays while the Vietnamese is the same.
            let en = new.en.clone().or_else(|| old.en.clone().filter(|_| new.vi == old.vi));
            Text { vi: new.vi.clone(), en }
        };
        let pick = |new: &[Text], old: &[Text]| if new.is_empty() { old.to_vec() } else { new.to_vec() };
        let with = Self {
            name: or(&other.name, &self.name),
            decision: other.decision.clone().or_else(|| self.decision.clone()),
            agency_text: or(&other.agency_text, &self.agency_text),
            audience_text: pick(&other.audience_text, &self.audience_text),
            legal_basis: if other.legal_basis.is_empty() {
                self.legal_basis.clone()
            } else {
                other.legal_basis.clone()
            },
            steps: if other.steps.is_empty() { self.steps.clone() } else { other.steps.clone() },
            requirements: pick(&other.requirements, &self.requirements),
            ..self.clone()
        };
        if with == *self {
            return with;
        }
        Self { texts_from: other.texts_from.or(Some(other.source)).filter(|from| *from != self.source), ..with }
    }

    /// SHA-256 (hex) of the content: equal content makes no new revision.
    pub fn content_hash(&self) -> Result<String, serde_json::Error> {
        use sha2::Digest;
        // Through `Value` the object keys are sorted, so the hash does not hang on field order.
        let bytes = serde_json::to_vec(&serde_json::to_value(self)?)?;
        Ok(data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&bytes)))
    }
}

/// No session is open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the procedure takes no dossiers now")]
pub struct Closed {
    /// The next session, where one is known.
    pub next: Option<Box<FilingWindow>>,
}

impl Closed {
    /// When the next session opens, where one is known.
    pub fn opens_at(&self) -> Option<Timestamp> {
        self.next.as_ref().map(|next| next.opens_at)
    }
}
