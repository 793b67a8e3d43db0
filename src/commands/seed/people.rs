//! Invented people: citizens, a business, officers, administrators, an auditor.

use anyhow::anyhow;

use super::agencies::Agencies;
use super::{PASSWORD, TOTP_SECRET};
use crate::accounts::create_officer::{self, CreateOfficer};
use crate::accounts::open_demo::{self, OpenDemo};
use crate::accounts::{self, AccountKind, Party, PartyKind, PasswordHash, Sex, totp};
use crate::app::App;
use crate::kernel::{AccountId, Actor, AgencyId, Role};

/// Identifier and who it is in Vietnamese and English, as `serve` prints them and the sign-in page shows them.
pub const SIGN_INS: &[(&str, &str, &str)] = &[
    ("046090000011", "công dân Nguyễn Văn An (mức định danh 2)", "citizen Nguyễn Văn An (identity level 2)"),
    ("046192000022", "công dân Trần Thị Bình (mức định danh 1)", "citizen Trần Thị Bình (identity level 1)"),
    ("046095000033", "công dân Y Ƀlŏ Niê (mở tài khoản tại quầy)", "citizen Y Ƀlŏ Niê (account opened at a counter)"),
    ("business@demo.invalid", "doanh nghiệp minh họa", "an invented business"),
    ("clerk@demo.invalid", "cán bộ một cửa, phường Thuận Hóa", "one-stop clerk, Thuận Hóa ward"),
    ("handler@demo.invalid", "chuyên viên thụ lý, phường Thuận Hóa", "handler, Thuận Hóa ward"),
    ("approver@demo.invalid", "lãnh đạo phê duyệt, phường Thuận Hóa", "approver, Thuận Hóa ward"),
    ("records@demo.invalid", "văn thư, phường Thuận Hóa", "records clerk, Thuận Hóa ward"),
    ("head@demo.invalid", "thủ trưởng, phường Thuận Hóa", "head, Thuận Hóa ward"),
    ("clerk2@demo.invalid", "cán bộ một cửa, phường Vỹ Dạ", "one-stop clerk, Vỹ Dạ ward"),
    ("approver2@demo.invalid", "lãnh đạo phê duyệt, phường Vỹ Dạ", "approver, Vỹ Dạ ward"),
    ("catalog@demo.invalid", "quản trị danh mục", "administrator of the catalogue"),
    ("accounts@demo.invalid", "quản trị tài khoản", "administrator of accounts"),
    ("system@demo.invalid", "quản trị hệ thống", "administrator of the system"),
    ("auditor@demo.invalid", "kiểm tra viên", "auditor"),
];

/// The accounts that the demonstration's dossiers need.
pub struct People {
    pub an: AccountId,
    pub binh: AccountId,
    pub clerk: AccountId,
    pub handler: AccountId,
    pub approver: AccountId,
    pub records: AccountId,
}

struct Citizen {
    number: &'static str,
    name: &'static str,
    born: jiff::civil::Date,
    sex: Sex,
    phone: Option<&'static str>,
    email: Option<&'static str>,
    level: u8,
}

const CITIZENS: [Citizen; 3] = [
    Citizen {
        number: "046090000011",
        name: "Nguyễn Văn An",
        born: jiff::civil::date(1990, 5, 12),
        sex: Sex::Male,
        phone: Some("+84912000011"),
        email: Some("an@demo.invalid"),
        level: 2,
    },
    Citizen {
        number: "046192000022",
        name: "Trần Thị Bình",
        born: jiff::civil::date(1992, 8, 20),
        sex: Sex::Female,
        phone: Some("+84912000022"),
        email: Some("binh@demo.invalid"),
        level: 1,
    },
    Citizen {
        number: "046095000033",
        name: "Y Ƀlŏ Niê",
        born: jiff::civil::date(1995, 2, 3),
        sex: Sex::Male,
        phone: None,
        email: None,
        level: 1,
    },
];

/// Makes everybody.
pub async fn load(app: &App, agencies: &Agencies) -> anyhow::Result<People> {
    // One hash for all: the password is the same, and a hash takes its time.
    let hash = app.hasher.hash(PASSWORD).await?;
    let mut citizens = Vec::new();
    for citizen in CITIZENS {
        citizens.push(open(app, &citizen, &hash).await?);
    }
    business(app, &hash).await?;
    let own = agencies.committee;
    let clerk = officer(app, &hash, ("clerk", "Lê Thị Một Cửa", Role::Clerk), own, 101).await?;
    let handler = officer(app, &hash, ("handler", "Phạm Văn Thụ Lý", Role::Handler), own, 102).await?;
    let approver = officer(app, &hash, ("approver", "Hoàng Minh Duyệt", Role::Approver), own, 103).await?;
    let records = officer(app, &hash, ("records", "Đặng Thị Văn Thư", Role::Records), own, 104).await?;
    officer(app, &hash, ("head", "Ksor H'Bơ", Role::Head), own, 105).await?;
    officer(app, &hash, ("clerk2", "Võ Thị Tiếp Nhận", Role::Clerk), agencies.committee2, 106).await?;
    officer(app, &hash, ("approver2", "Bùi Văn Phê", Role::Approver), agencies.committee2, 107).await?;
    officer(app, &hash, ("catalog", "Đỗ Danh Mục", Role::CatalogAdmin), agencies.city, 108).await?;
    officer(app, &hash, ("accounts", "Ngô Tài Khoản", Role::AccountsAdmin), agencies.city, 109).await?;
    officer(app, &hash, ("system", "Dương Hệ Thống", Role::SystemAdmin), agencies.city, 110).await?;
    officer(app, &hash, ("auditor", "Lý Kiểm Tra", Role::Auditor), agencies.city, 111).await?;
    let settling = [("clerk", Role::Clerk), ("handler", Role::Handler), ("approver", Role::Approver)];
    let mut serial = 120;
    for (word, agency) in &agencies.others {
        for (role_word, role) in settling {
            let login = format!("{role_word}.{word}");
            officer(app, &hash, (&login, "Cán bộ Minh Họa", role), *agency, serial).await?;
            serial += 1;
        }
    }
    // The second committee settles dossiers too.
    officer(app, &hash, ("handler2", "Tô Thị Chuyên Viên", Role::Handler), agencies.committee2, serial).await?;
    let [an, binh, _] = citizens[..] else { return Err(anyhow!("three citizens were expected")) };
    Ok(People { an, binh, clerk, handler, approver, records })
}

async fn open(app: &App, citizen: &Citizen, hash: &PasswordHash) -> anyhow::Result<AccountId> {
    let party = Party::parse(PartyKind::PersonalNumber, citizen.number).map_err(|e| anyhow!("{e}"))?;
    let cmd = OpenDemo {
        kind: AccountKind::Citizen,
        party: accounts::seal(&app.keys, &party)?,
        full_name: citizen.name.to_owned(),
        representative: None,
        date_of_birth: Some(citizen.born),
        sex: Some(citizen.sex),
        phone: citizen.phone.map(str::to_owned),
        email: citizen.email.map(str::to_owned),
        address: Some(serde_json::json!({"province": "46", "commune": "19789", "detail": "12 đường Minh Họa"})),
        identity_level: citizen.level,
        password: hash.clone(),
    };
    let now = app.now();
    Ok(app.db.write(move |tx| open_demo::act(tx, &Actor::System, &cmd, now)).await?.id)
}

async fn business(app: &App, hash: &PasswordHash) -> anyhow::Result<()> {
    let party = Party::parse(PartyKind::OrgTax, "3309999939").map_err(|e| anyhow!("{e}"))?;
    let cmd = OpenDemo {
        kind: AccountKind::Business,
        party: accounts::seal(&app.keys, &party)?,
        full_name: "Công ty TNHH Minh Họa Huế".to_owned(),
        representative: Some("Mai Thị Đại Diện".to_owned()),
        date_of_birth: None,
        sex: None,
        phone: Some("+84912000044".to_owned()),
        email: Some("business@demo.invalid".to_owned()),
        address: Some(serde_json::json!({"province": "46", "commune": "19789", "detail": "34 đường Minh Họa"})),
        identity_level: 2,
        password: hash.clone(),
    };
    let now = app.now();
    app.db.write(move |tx| open_demo::act(tx, &Actor::System, &cmd, now)).await?;
    Ok(())
}

async fn officer(
    app: &App,
    hash: &PasswordHash,
    (login, name, role): (&str, &str, Role),
    agency: AgencyId,
    serial: u32,
) -> anyhow::Result<AccountId> {
    let number = format!("046085{serial:06}");
    let party = Party::parse(PartyKind::PersonalNumber, &number).map_err(|e| anyhow!("{e}"))?;
    let cmd = CreateOfficer {
        role,
        agency,
        unit: None,
        field: None,
        full_name: name.to_owned(),
        party: accounts::seal(&app.keys, &party)?,
        email: Some(format!("{login}@demo.invalid")),
        phone: None,
        password: hash.clone(),
        must_change_password: false,
        totp_sealed: Some(totp::seal(&app.keys, TOTP_SECRET)?),
        is_demo: true,
    };
    let now = app.now();
    Ok(app.db.write(move |tx| create_officer::act(tx, &Actor::System, &cmd, now)).await?.id)
}
