//! `/api/v1/procedures`: the catalogue for programs.

use actix_web::HttpResponse;
use actix_web::web::{Path, Query as Params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog::fees::{Amount, Due, Exemption, FeeRule};
use crate::catalog::revision::{AgencyLevel, Case, How, TimeUnit};
use crate::catalog::search::{AgencyRef, Entry, Filters, Query};
use crate::catalog::{Channel, FormDef, Level};
use crate::kernel::{PageRequest, local_date};
use crate::web::public::procedure::published;
use crate::web::public::words;
use crate::web::{Error, Fault, Result, Visit};

use super::{Listed, Named};

/// Filters of the list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Words of the name, without tone marks if you like; typing errors are forgiven.
    q: Option<String>,
    /// Code of a field.
    field: Option<String>,
    /// Code of an agency.
    agency: Option<String>,
    /// `full`, `partial` or `info`
    level: Option<String>,
    /// `commune`, `province`, `ministry`, `institution`
    agency_level: Option<String>,
    /// Code of a life event, such as `co_con_nho`.
    life_event: Option<String>,
    /// 1 to 100, 20 by default.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// A procedure in the list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Item {
    #[schema(example = "1.001193")]
    code: String,
    name: String,
    field: Named,
    /// `full`, `partial` or `info`
    level: &'static str,
    agency_levels: Vec<&'static str>,
    /// Whether it can be filed here.
    has_form: bool,
    life_events: Vec<String>,
    agencies: Vec<Named>,
}

/// Find procedures. Without `q`: all, those that can be filed first.
#[utoipa::path(get, path = "/api/v1/procedures", tag = "procedures", params(Asked), responses(
    (status = 200, description = "`{items, next_cursor, total}`", body = Listed<Item>),
    (status = 422, description = "A filter of unknown value", content_type = "application/problem+json"),
))]
pub async fn list(visit: Visit, asked: Params<Asked>) -> Result {
    let query = query(&visit, &asked)?;
    let request = PageRequest::new(asked.limit, None);
    let start = match asked.cursor.as_deref() {
        None | Some("") => 0,
        Some(cursor) => cursor.parse::<usize>().map_err(|_| unknown(&visit, "/cursor"))?,
    };
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let found = snapshot.index().search(&query);
    let limit = usize::try_from(request.limit).unwrap_or(1);
    let total = found.hits.len();
    let items = found.hits.iter().skip(start).take(limit).map(|hit| item(&visit, hit.entry)).collect::<Vec<_>>();
    let next = start.saturating_add(limit);
    Ok(HttpResponse::Ok().json(Listed {
        items,
        next_cursor: (next < total).then(|| next.to_string()),
        total: i64::try_from(total).ok(),
    }))
}

fn query(visit: &Visit, asked: &Asked) -> Result<Query> {
    let some = |value: &Option<String>| value.clone().filter(|v| !v.is_empty());
    let level = match some(&asked.level) {
        None => None,
        Some(text) => Some(Level::parse(&text).ok_or_else(|| unknown(visit, "/level"))?),
    };
    let agency_level = match some(&asked.agency_level) {
        None => None,
        Some(text) => Some(AgencyLevel::parse(&text).ok_or_else(|| unknown(visit, "/agency_level"))?),
    };
    let filters = Filters {
        field: some(&asked.field),
        agency: some(&asked.agency),
        level,
        agency_level,
        life_event: some(&asked.life_event),
        audience: None,
    };
    Ok(Query { text: some(&asked.q).unwrap_or_default().chars().take(200).collect(), filters })
}

fn unknown(visit: &Visit, pointer: &str) -> Error {
    let message = visit.text("fault-type", &[]);
    Error::invalid(vec![Fault { pointer: pointer.into(), code: "unknown".into(), message }])
}

fn item(visit: &Visit, entry: &Entry) -> Item {
    Item {
        code: entry.code.clone(),
        name: entry.name.get(visit.lang).to_owned(),
        field: Named::new(&entry.field.code, entry.field.name.get(visit.lang)),
        level: entry.level.as_str(),
        agency_levels: entry.agency_levels.iter().map(|level| level.as_str()).collect(),
        has_form: entry.has_form,
        life_events: entry.life_events.clone(),
        agencies: agencies(&entry.agencies),
    }
}

fn agencies(all: &[AgencyRef]) -> Vec<Named> {
    let mut named: Vec<Named> = all.iter().map(|a| Named::new(&a.code, &a.name)).collect();
    named.sort_by(|a, b| a.code.cmp(&b.code));
    named
}

/// A procedure in full.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Detail {
    code: String,
    name: String,
    level: &'static str,
    partial_reason: Option<String>,
    field: Named,
    /// Number of the published revision.
    revision: i32,
    /// Identity level that filing online needs.
    identity_level: u8,
    channels: Vec<&'static str>,
    agency: String,
    audience: Vec<&'static str>,
    requirements: Vec<String>,
    legal_basis: Vec<String>,
    life_events: Vec<String>,
    /// The agencies of this portal that settle it, by code.
    agencies: Vec<Named>,
    cases: Vec<CaseDetail>,
    /// The one case's members, where there is only one.
    #[serde(flatten)]
    only: Option<CaseParts>,
}

/// A case (trường hợp giải quyết).
#[derive(Serialize, utoipa::ToSchema)]
pub struct CaseDetail {
    code: String,
    name: String,
    #[serde(flatten)]
    parts: CaseParts,
}

/// What a case asks for and costs.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CaseParts {
    /// `null` for information pages.
    form: Option<Form>,
    documents: Vec<Document>,
    fees: Vec<Fee>,
    processing_time: Option<Time>,
    results: Vec<Named>,
}

/// An e-form: JSON Schema 2020-12 and a JSON Forms UI schema.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Form {
    version: String,
    #[schema(value_type = Object)]
    schema: Value,
    #[schema(value_type = Object)]
    uischema: Value,
}

/// A required paper.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Document {
    code: String,
    name: String,
    /// `attach` or `show`
    how: &'static str,
    /// It must be attached to submit online.
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    originals: u32,
    copies: u32,
}

/// A fee rule.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Fee {
    code: String,
    /// `fee` (phí) or `charge` (lệ phí)
    kind: &'static str,
    name: String,
    /// Đồng for one unit; `null` where a province's council sets it and it is not known here.
    amount_vnd: Option<i64>,
    unit: Option<String>,
    /// How the amount comes about: `fixed`, `per_unit`, `persons`, `pages`, `council`
    by: &'static str,
    /// Empty: every channel.
    channels: Vec<&'static str>,
    /// `filing`, `acceptance` or `later`
    due: &'static str,
    condition: Option<String>,
    note: Option<String>,
    /// What a provincial council's figure rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// Who does not owe it.
    exemptions: Vec<Exempt>,
}

/// A group of people who do not owe a fee.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Exempt {
    code: String,
    name: String,
    /// Claimed by `exemptions` of the dossier; else by an answer of the form.
    chosen: bool,
    /// The paper that proves it: attached like those of `documents`, and required while the exemption is claimed.
    document: Option<Named>,
}

/// A time limit.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Time {
    amount: u32,
    #[schema(value_type = String)]
    unit: TimeUnit,
    text: String,
}

/// Everything a citizen needs to know about one procedure, with its e-forms.
#[utoipa::path(get, path = "/api/v1/procedures/{code}", tag = "procedures",
    params(("code" = String, Path, description = "Procedure code", example = "1.001193")), responses(
    (status = 200, description = "The procedure", body = Detail),
    (status = 404, description = "No such procedure", content_type = "application/problem+json"),
))]
pub async fn show(visit: Visit, code: Path<String>) -> Result {
    let published = published(&visit, &code).await?;
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let province = snapshot.province_of(&code);
    let revision = &published.content;
    let lang = visit.lang;
    let case = |case: &Case| CaseDetail {
        code: case.code.clone(),
        name: case.name.get(lang).to_owned(),
        parts: parts(&visit, case, province),
    };
    let only = match revision.cases.as_slice() {
        [only] => Some(parts(&visit, only, province)),
        _ => None,
    };
    Ok(HttpResponse::Ok().json(Detail {
        code: revision.code.clone(),
        name: revision.name.get(lang).to_owned(),
        level: revision.level.as_str(),
        partial_reason: revision.partial_reason.as_ref().map(|t| t.get(lang).to_owned()),
        field: Named::new(&revision.field.code, revision.field.name.get(lang)),
        revision: published.number,
        identity_level: revision.identity_level,
        channels: revision.channels.iter().map(|c| c.as_str()).collect(),
        agency: revision.agency_text.get(lang).to_owned(),
        audience: revision.audience.iter().map(|a| a.as_str()).collect(),
        requirements: revision.requirements.iter().map(|t| t.get(lang).to_owned()).collect(),
        legal_basis: revision.legal_basis.iter().map(|law| law.number.clone()).collect(),
        life_events: revision.life_events.clone(),
        agencies: agencies(snapshot.agencies_for(&code)),
        cases: revision.cases.iter().map(case).collect(),
        only,
    }))
}

fn parts(visit: &Visit, case: &Case, province: Option<&str>) -> CaseParts {
    let lang = visit.lang;
    let form = |form: &FormDef| Form {
        version: form.version.clone(),
        schema: form.schema.clone(),
        uischema: form.uischema.clone(),
    };
    let document = |paper: &crate::catalog::RequiredPaper| Document {
        code: paper.code.clone(),
        name: paper.name.get(lang).to_owned(),
        how: if paper.how == How::Attach { "attach" } else { "show" },
        required: paper.required && paper.how == How::Attach,
        condition: paper.condition_text.as_ref().map(|t| t.get(lang).to_owned()),
        originals: paper.originals,
        copies: paper.copies,
    };
    let time = case.time_for(Channel::Online).or_else(|| case.processing_time.first());
    CaseParts {
        form: case.form.as_ref().map(form),
        documents: case.documents.iter().map(document).collect(),
        fees: words::rules(visit, case).map(|rule| fee(visit, rule, province)).collect(),
        processing_time: time.map(|t| Time { amount: t.amount, unit: t.unit, text: words::time(visit, t) }),
        results: case.results.iter().map(|r| Named::new(&r.code, r.name.get(lang))).collect(),
    }
}

fn exempt(visit: &Visit, exemption: &Exemption) -> Exempt {
    Exempt {
        code: exemption.code.clone(),
        name: exemption.name.get(visit.lang).to_owned(),
        chosen: exemption.is_chosen(),
        document: exemption.proof_paper().map(|paper| Named::new(&paper.code, paper.name.get(visit.lang))),
    }
}

fn fee(visit: &Visit, rule: &FeeRule, province: Option<&str>) -> Fee {
    let text = |t: &Option<crate::catalog::Text>| t.as_ref().map(|t| t.get(visit.lang).to_owned());
    Fee {
        code: rule.code.clone(),
        kind: rule.kind.as_str(),
        name: rule.name.get(visit.lang).to_owned(),
        amount_vnd: words::unit_price(visit, rule, province).map(|amount| amount.0),
        unit: text(&rule.unit),
        by: match rule.amount {
            Amount::Fixed { .. } => "fixed",
            Amount::PerUnit { .. } => "per_unit",
            Amount::Persons { .. } => "persons",
            Amount::Pages { .. } => "pages",
            Amount::Council { .. } => "council",
        },
        channels: rule.channels.iter().map(|c| c.as_str()).collect(),
        due: match rule.due {
            Due::Filing => "filing",
            Due::Acceptance => "acceptance",
            Due::Later => "later",
        },
        condition: text(&rule.condition_text),
        note: text(&rule.note),
        basis: rule.council_basis(province, local_date(visit.now())).map(str::to_owned),
        exemptions: rule.exemptions.iter().map(|exemption| exempt(visit, exemption)).collect(),
    }
}
