//! The home page.

use super::parts::Link;
use crate::templating::Page;

/// `/`
#[derive(Clone, Debug, serde::Serialize)]
pub struct Home {
    pub life_events: Vec<LifeEvent>,
    /// Most used services, the first ten.
    pub popular: Vec<Link>,
    /// Procedure fields with the number of procedures.
    pub fields: Vec<FieldLink>,
    pub figures: Figures,
}

/// A moment of life with its services.
#[derive(Clone, Debug, serde::Serialize)]
pub struct LifeEvent {
    pub label: String,
    pub href: String,
    /// Icon: baby, rings, home, briefcase, book, car, candle, card, health, land, users.
    pub icon: String,
    /// What is in it, in a few words.
    pub text: String,
}

/// A procedure field in the list of fields.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FieldLink {
    pub label: String,
    pub href: String,
    pub count: i64,
}

/// The three figures people trust; none where there is nothing to count yet.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Figures {
    /// Share of dossiers decided in time, 0 to 1.
    pub on_time: Option<f64>,
    /// Share of ratings of 4 or 5, 0 to 1.
    pub satisfied: Option<f64>,
    /// Dossiers decided this month.
    pub handled: i64,
}

impl Page for Home {
    const TEMPLATE: &'static str = "public/home.html";

    fn samples() -> Vec<Self> {
        let event = |label: &str, icon: &str, text: &str| LifeEvent {
            label: label.into(),
            href: format!("/thu-tuc?su-kien={icon}"),
            icon: icon.into(),
            text: text.into(),
        };
        let full = Self {
            life_events: vec![
                event("Có con nhỏ", "baby", "Khai sinh, thường trú, thẻ bảo hiểm y tế"),
                event("Kết hôn", "rings", "Đăng ký kết hôn, xác nhận tình trạng hôn nhân"),
                event("Chuyển nơi ở", "home", "Thường trú, tạm trú, khai báo tạm vắng"),
                event("Kinh doanh", "briefcase", "Đăng ký hộ kinh doanh, thay đổi, giấy phép"),
                event("Học tập", "book", "Thi, bằng cấp, chuyển trường"),
                event("Lái xe", "car", "Giấy phép lái xe, đăng ký xe"),
                event("Mất người thân", "candle", "Khai tử, xóa thường trú, mai táng phí"),
                event("Giấy tờ của tôi", "card", "Căn cước, hộ chiếu, chứng thực bản sao"),
            ],
            popular: vec![
                Link::new("Đăng ký khai sinh", "/thu-tuc/1.001193"),
                Link::new("Chứng thực bản sao từ bản chính", "/thu-tuc/2.000815"),
                Link::new("Đăng ký thường trú", "/thu-tuc/1.004222"),
                Link::new("Đăng ký kết hôn", "/thu-tuc/1.000894"),
                Link::new("Đăng ký hộ kinh doanh", "/thu-tuc/1.001612"),
                Link::new("Xác nhận tình trạng hôn nhân", "/thu-tuc/1.004873"),
            ],
            fields: ["Hộ tịch", "Cư trú", "Chứng thực", "Đất đai", "Bảo trợ xã hội", "Hóa chất", "Giáo dục và đào tạo"]
                .into_iter()
                .zip([36, 18, 11, 54, 27, 9, 31])
                .map(|(label, count)| FieldLink { label: label.into(), href: "/thu-tuc?linh-vuc=x".into(), count })
                .collect(),
            figures: Figures { on_time: Some(0.984), satisfied: Some(0.967), handled: 12_408 },
        };
        let figures = Figures { on_time: None, satisfied: None, handled: 0 };
        let empty = Self { life_events: Vec::new(), popular: Vec::new(), fields: Vec::new(), figures };
        vec![full, empty]
    }
}
