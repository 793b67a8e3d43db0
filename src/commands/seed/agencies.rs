//! One city, two of its communes with their committees and police, the city's police, a school and a ministry's unit.
//! The codes have the form of electronic identifiers and are demonstration values.

use crate::accounts::agencies::{self, Agency, BankAccount, Collecting, Kind, Level};
use crate::app::App;
use crate::catalog;
use crate::kernel::{Actor, AgencyId, text};

/// The agencies that people and dossiers of the demonstration belong to.
pub struct Agencies {
    pub city: AgencyId,
    pub committee: AgencyId,
    pub committee2: AgencyId,
    /// The others that settle procedures: a short word for sign-ins, and the agency.
    pub others: Vec<(&'static str, AgencyId)>,
}

struct Row {
    code: &'static str,
    name: &'static str,
    centre: Option<&'static str>,
    kind: Kind,
    level: Level,
    parent: Option<&'static str>,
    commune: Option<&'static str>,
    address: &'static str,
}

const CITY: &str = "H57";
const COMMITTEE: &str = "H57.31";
const COMMITTEE2: &str = "H57.32";
const POLICE: &str = "G01.57.31";
const POLICE2: &str = "G01.57.32";
const CITY_POLICE: &str = "G01.57";
const EDUCATION: &str = "H57.05";
const SCHOOL: &str = "H57.05.01";
const MINISTRY: &str = "G02";
const CHEMICALS: &str = "G02.10";

fn rows() -> Vec<Row> {
    let row = |code, name, kind, level, parent| Row {
        code,
        name,
        centre: None,
        kind,
        level,
        parent,
        commune: None,
        address: "Địa chỉ minh họa, thành phố Huế",
    };
    vec![
        row(CITY, "Ủy ban nhân dân thành phố Huế", Kind::PeoplesCommittee, Level::Province, None),
        Row {
            centre: Some("Trung tâm Phục vụ hành chính công phường Thuận Hóa"),
            commune: Some("19789"),
            address: "Số 1 đường Minh Họa, phường Thuận Hóa, thành phố Huế",
            ..row(COMMITTEE, "Ủy ban nhân dân phường Thuận Hóa", Kind::PeoplesCommittee, Level::Commune, Some(CITY))
        },
        Row {
            centre: Some("Trung tâm Phục vụ hành chính công phường Vỹ Dạ"),
            commune: Some("19777"),
            address: "Số 2 đường Minh Họa, phường Vỹ Dạ, thành phố Huế",
            ..row(COMMITTEE2, "Ủy ban nhân dân phường Vỹ Dạ", Kind::PeoplesCommittee, Level::Commune, Some(CITY))
        },
        row(CITY_POLICE, "Công an thành phố Huế", Kind::Police, Level::Province, None),
        Row {
            commune: Some("19789"),
            ..row(POLICE, "Công an phường Thuận Hóa", Kind::Police, Level::Commune, Some(CITY_POLICE))
        },
        Row {
            commune: Some("19777"),
            ..row(POLICE2, "Công an phường Vỹ Dạ", Kind::Police, Level::Commune, Some(CITY_POLICE))
        },
        row(EDUCATION, "Sở Giáo dục và Đào tạo thành phố Huế", Kind::Department, Level::Province, Some(CITY)),
        row(SCHOOL, "Trường THPT Minh Họa", Kind::School, Level::Establishment, Some(EDUCATION)),
        Row {
            address: "Địa chỉ minh họa, Hà Nội",
            ..row(MINISTRY, "Bộ Công Thương", Kind::Ministry, Level::Ministry, None)
        },
        Row {
            address: "Địa chỉ minh họa, Hà Nội",
            ..row(CHEMICALS, "Cục Hóa chất", Kind::Ministry, Level::Ministry, Some(MINISTRY))
        },
    ]
}

/// Which agencies settle which procedures.
fn competent(code: &str) -> &'static [&'static str] {
    match code {
        "1.004222" | "1.004194" => &[POLICE, POLICE2],
        "1.001456" => &[CITY_POLICE],
        "1.005142" => &[SCHOOL],
        "9.000001" => &[CHEMICALS],
        _ => &[COMMITTEE, COMMITTEE2],
    }
}

/// Nobody holds this tax code, and no bank these numbers: whoever scans the code pays nobody. Each agency has an account
/// of its own, the first commune the one that its papers show.
fn collecting(row: &Row, nth: usize) -> Collecting {
    let number = format!("{:010}", if row.code == COMMITTEE { 0 } else { nth + 1 });
    let account = BankAccount { bin: "999999".to_owned(), number, holder: text::unaccent(row.name) };
    Collecting { tax_code: Some("0000000017".to_owned()), account: Some(account) }
}

/// Makes the agencies and says which procedures they settle.
pub async fn load(app: &App) -> anyhow::Result<Agencies> {
    let now = app.now();
    let mut made: Vec<(&'static str, AgencyId)> = Vec::new();
    for (nth, row) in rows().into_iter().enumerate() {
        let id = AgencyId::new();
        let parent = row.parent.and_then(|code| made.iter().find(|(c, _)| *c == code)).map(|(_, id)| *id);
        let in_hanoi = row.code.starts_with("G02");
        let agency = Agency {
            id,
            code: row.code.to_owned(),
            name: row.name.to_owned(),
            centre_name: row.centre.map(str::to_owned),
            kind: row.kind,
            level: row.level,
            parent,
            province_code: Some(if in_hanoi { "01" } else { "46" }.to_owned()),
            commune_code: row.commune.map(str::to_owned),
            place_name: if in_hanoi { "Hà Nội" } else { "Huế" }.to_owned(),
            address: Some(row.address.to_owned()),
            phone: Some("+842343000000".to_owned()),
            email: None,
            is_demo: true,
            valid_from: None,
            valid_to: None,
            collecting: collecting(&row, nth),
        };
        app.db.write(move |tx| agencies::save(tx, &Actor::System, &agency, now)).await?;
        made.push((row.code, id));
    }
    let id_of = |code: &str| made.iter().find(|(c, _)| *c == code).map(|(_, id)| *id).unwrap_or_else(AgencyId::new);
    let codes = app.db.read(catalog::procedures::entries).await?;
    for entry in codes.into_iter().filter(|e| e.has_form) {
        let ids: Vec<AgencyId> = competent(&entry.code).iter().map(|code| id_of(code)).collect();
        app.db.write(move |tx| catalog::procedures::set_agencies(tx, &entry.code, &ids)).await?;
    }
    Ok(Agencies {
        city: id_of(CITY),
        committee: id_of(COMMITTEE),
        committee2: id_of(COMMITTEE2),
        others: vec![
            ("congan", id_of(POLICE)),
            ("congan2", id_of(POLICE2)),
            ("hochieu", id_of(CITY_POLICE)),
            ("truong", id_of(SCHOOL)),
            ("hoachat", id_of(CHEMICALS)),
        ],
    })
}
