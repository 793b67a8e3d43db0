//! `/`

use std::collections::BTreeMap;

use actix_web::web::Data;

use super::cache::PageCache;
use crate::catalog::life_events;
use crate::catalog::search::{Entry, Index};
use crate::kernel::local_date;
use crate::reports::{self, Span};
use crate::templating::pages::home::{FieldLink, Figures, Home, LifeEvent};
use crate::templating::pages::parts::Link;
use crate::web::{Result, Visit};

/// Services listed as most used while nothing is counted: those that can be filed.
const POPULAR: usize = 10;

/// `GET /`
pub async fn show(visit: Visit, cache: Data<PageCache>) -> Result {
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let index = snapshot.index();
    cache.page(&visit, snapshot.version(), async || Ok(page(&visit, index, figures(&visit).await?))).await
}

/// This month's figures up to yesterday: the page is kept for the day.
async fn figures(visit: &Visit) -> Result<Figures> {
    let (now, today) = (visit.now(), local_date(visit.now()));
    let yesterday = today.yesterday().unwrap_or(today);
    let span = Span { from: today.first_of_month(), to: yesterday, agency: None };
    let kpi = visit.app.db.read(move |conn| reports::kpi(conn, &span, now)).await?;
    Ok(Figures { on_time: kpi.on_time_rate, satisfied: kpi.satisfied_rate, handled: kpi.decided })
}

fn page(visit: &Visit, index: &Index, figures: Figures) -> Home {
    let lang = visit.lang;
    let link = |entry: &Entry| Link::new(entry.name.get(lang), format!("/thu-tuc/{}", entry.code));
    let mut fields: BTreeMap<&str, FieldLink> = BTreeMap::new();
    for entry in index.entries() {
        let field = fields.entry(&entry.field.code).or_insert_with(|| FieldLink {
            label: entry.field.name.get(lang).to_owned(),
            href: format!("/thu-tuc?linh-vuc={}", entry.field.code),
            count: 0,
        });
        field.count += 1;
    }
    let mut fields: Vec<FieldLink> = fields.into_values().collect();
    fields.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    Home {
        life_events: life_events::all().iter().filter_map(|event| life_event(visit, event, index)).collect(),
        popular: index.entries().iter().filter(|entry| entry.has_form).take(POPULAR).map(link).collect(),
        fields,
        figures,
    }
}

/// An event with the first few services behind it; nothing where there is none.
fn life_event(visit: &Visit, event: &life_events::LifeEvent, index: &Index) -> Option<LifeEvent> {
    let within = index.entries().iter().filter(|entry| entry.life_events.contains(&event.code));
    let names: Vec<&str> = within.take(3).map(|entry| entry.name.get(visit.lang)).collect();
    (!names.is_empty()).then(|| LifeEvent {
        label: event.name.get(visit.lang).to_owned(),
        href: format!("/thu-tuc?su-kien={}", event.code),
        icon: icon(&event.code).to_owned(),
        text: names.join(", "),
    })
}

fn icon(code: &str) -> &'static str {
    match code {
        "co_con_nho" => "baby",
        "ket_hon" => "rings",
        "chuyen_noi_o" | "xay_nha" => "home",
        "kinh_doanh" | "viec_lam" => "briefcase",
        "hoc_tap" => "book",
        "lai_xe" => "car",
        "mat_nguoi_than" => "candle",
        "suc_khoe" => "health",
        "nha_dat" => "land",
        "giay_to" | "di_nuoc_ngoai" => "card",
        _ => "users",
    }
}
