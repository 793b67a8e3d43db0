//! `/ho-so/{id}/nhan-ket-qua`: how the result is to come.

use actix_web::web::Path;

use super::refused::not_now;
use super::{address, lists, open_to_fill, version};
use crate::app::UnitLists;
use crate::app::filing::{DELIVERY, Opened, Save};
use crate::dossiers::{Delivery, DeliveryMethod, State};
use crate::kernel::text;
use crate::office::ActError;
use crate::templating::FlashKind;
use crate::templating::pages::filing::Delivery as DeliveryPage;
use crate::templating::pages::parts::{Choice, FormError, Input, address_parts};
use crate::web::form::{Fields, Posted};
use crate::web::{Result, Visit};

/// An address on its way through the page.
#[derive(Clone, Default)]
struct Place {
    province: String,
    commune: String,
    detail: String,
}

/// `GET /ho-so/{id}/nhan-ket-qua`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let Some(opened) = draft(&visit, &name).await? else { return visit.see_other(&format!("/ho-so/{name}")) };
    let lists = lists(&visit).await?;
    let delivery = &opened.dossier.delivery;
    let place = delivery.address.as_deref().map(|a| taken_apart(a, &lists)).unwrap_or_default();
    visit.page(&page(&visit, &opened, (delivery.method.as_str(), &place), (&[], &lists)))
}

/// The draft of a name; `None` once it is filed.
pub(super) async fn draft(visit: &Visit, name: &str) -> Result<Option<Opened>> {
    let opened = open_to_fill(visit, name).await?;
    Ok(opened.filter(|o| o.dossier.state() == Some(State::Draft)))
}

/// `POST /ho-so/{id}/nhan-ket-qua`
pub async fn save(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let Some(opened) = draft(&visit, &name).await? else { return not_now(&visit, &name).await };
    let lists = lists(&visit).await?;
    let place = Place {
        province: fields.get("address.province").to_owned(),
        commune: fields.get("address.commune").to_owned(),
        detail: text::line(fields.get("address.detail")),
    };
    let typed = fields.get("method");
    if fields.has("_choose") {
        return visit.page(&page(&visit, &opened, (typed, &place), (&[], &lists)));
    }
    let Some(method) = DeliveryMethod::parse(typed) else {
        let faults = [("method", visit.text("delivery-choose", &[]))];
        return visit.page_again(&page(&visit, &opened, (typed, &place), (&faults, &lists)));
    };
    let later = fields.get("_go") == "later";
    let faults = if method == DeliveryMethod::Post { wrong(&visit, &place, &lists) } else { Vec::new() };
    if !faults.is_empty() && !later {
        return visit.page_again(&page(&visit, &opened, (typed, &place), (&faults, &lists)));
    }
    let address_text = (method == DeliveryMethod::Post && faults.is_empty()).then(|| together(&place, &lists));
    let mut save = Save {
        patch: None,
        delivery: Some(Delivery { method, address: address_text }),
        exemptions: None,
        version: version(fields.get("version")),
        been_through: Some(DELIVERY.to_owned()),
    };
    let id = opened.dossier.id.to_string();
    let mut saved = visit.app.save_dossier(&visit.actor, &id, save.clone()).await;
    if matches!(saved, Err(ActError::Stale { .. })) {
        // Another part was saved on another device in between; this part is as the person wants it now.
        save.version = None;
        saved = visit.app.save_dossier(&visit.actor, &id, save).await;
    }
    let saved = saved?;
    if later {
        visit.say(FlashKind::Success, "flash-saved", &[]);
        return visit.see_other(&address(&saved));
    }
    visit.see_other(&format!("{}/phi", address(&saved)))
}

/// What is missing in an address for the post.
fn wrong(visit: &Visit, place: &Place, lists: &UnitLists) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if lists.provinces().iter().all(|unit| unit.code != place.province) {
        faults.push(("address-province", visit.text("delivery-province", &[])));
    } else if lists.communes(&place.province).iter().all(|unit| unit.code != place.commune) {
        faults.push(("address-commune", visit.text("delivery-commune", &[])));
    }
    if place.detail.is_empty() || place.detail.chars().count() > 200 {
        faults.push(("address-detail", visit.text("delivery-detail", &[])));
    }
    faults
}

/// The address as the post reads it.
fn together(place: &Place, lists: &UnitLists) -> String {
    let name = |code: &str| lists.name(code).unwrap_or_default().to_owned();
    [place.detail.clone(), name(&place.commune), name(&place.province)].join(", ")
}

/// A stored address back in its parts, as far as its units are known.
fn taken_apart(address: &str, lists: &UnitLists) -> Place {
    let whole = Place { detail: address.to_owned(), ..Place::default() };
    let mut parts = address.rsplitn(3, ", ");
    let (Some(province), Some(commune), Some(detail)) = (parts.next(), parts.next(), parts.next()) else {
        return whole;
    };
    let Some(province) = lists.provinces().iter().find(|unit| unit.full_name == province) else { return whole };
    let Some(commune) = lists.communes(&province.code).iter().find(|unit| unit.full_name == commune) else {
        return whole;
    };
    Place { province: province.code.clone(), commune: commune.code.clone(), detail: detail.to_owned() }
}

fn page(
    visit: &Visit,
    opened: &Opened,
    (method, place): (&str, &Place),
    (faults, lists): (&[(&'static str, String)], &UnitLists),
) -> DeliveryPage {
    let input = |key: &str, value: &str| {
        let error = faults.iter().find(|(k, _)| *k == key).map(|(_, text)| text.clone());
        Input { value: value.to_owned(), error }
    };
    let unit = |unit: &crate::accounts::units::Unit| Choice::new(&unit.code, &unit.full_name);
    let choice = |method: DeliveryMethod| {
        Choice::new(method.as_str(), visit.text(&format!("delivery-{}", method.as_str()), &[]))
    };
    DeliveryPage {
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        back: address(opened),
        action: format!("{}/nhan-ket-qua", address(opened)),
        errors: faults
            .iter()
            .map(|(key, text)| {
                // The parts of an address carry the ids that the form engine gives them; its first part the whole's.
                let id = if *key == "method" { (*key).to_owned() } else { format!("f-{key}") };
                FormError::at(&id, text.clone())
            })
            .collect(),
        methods: [DeliveryMethod::Online, DeliveryMethod::Counter, DeliveryMethod::Post].map(choice).to_vec(),
        method: input("method", method),
        address: address_parts(
            "address",
            (input("address-province", &place.province), lists.provinces().iter().map(unit).collect()),
            (input("address-commune", &place.commune), lists.communes(&place.province).iter().map(unit).collect()),
            input("address-detail", &place.detail),
        ),
        version: i64::from(opened.dossier.version),
    }
}
