//! The demonstration sign-ins (contract.md §7), shown where the demonstration data is.

use crate::accounts::people;
use crate::kernel::Lang;
use crate::templating::pages::auth::DemoAccount;
use crate::web::{Result, Visit};

/// Identifier, Vietnamese, English.
const PEOPLE: [(&str, &str, &str); 14] = [
    ("046090000011", "công dân Nguyễn Văn An (mức định danh 2)", "citizen Nguyễn Văn An (identity level 2)"),
    ("046192000022", "công dân Trần Thị Bình (mức định danh 1)", "citizen Trần Thị Bình (identity level 1)"),
    ("business@demo.invalid", "người đại diện doanh nghiệp", "representative of a business"),
    ("clerk@demo.invalid", "cán bộ một cửa", "one-stop clerk"),
    ("handler@demo.invalid", "chuyên viên thụ lý", "handler"),
    ("approver@demo.invalid", "lãnh đạo ký duyệt", "approver"),
    ("records@demo.invalid", "văn thư", "records clerk"),
    ("head@demo.invalid", "thủ trưởng cơ quan", "head of the agency"),
    ("clerk2@demo.invalid", "cán bộ một cửa, xã thứ hai", "one-stop clerk of the second commune"),
    ("approver2@demo.invalid", "lãnh đạo, xã thứ hai", "approver of the second commune"),
    ("catalog@demo.invalid", "quản trị danh mục thủ tục", "administrator of the catalogue"),
    ("accounts@demo.invalid", "quản trị tài khoản", "administrator of accounts"),
    ("system@demo.invalid", "quản trị hệ thống", "administrator of the system"),
    ("auditor@demo.invalid", "kiểm toán viên", "auditor"),
];

/// What the sign-in page lists: nothing in production or where nobody invented has an account.
pub(super) async fn sign_ins(visit: &Visit) -> Result<Vec<DemoAccount>> {
    if !visit.app.settings.is_development() {
        return Ok(Vec::new());
    }
    if !visit.app.db.read(people::any_demo).await? {
        return Ok(Vec::new());
    }
    let shown = PEOPLE.into_iter().map(|(identifier, vi, en)| DemoAccount {
        identifier: identifier.into(),
        who: if visit.lang == Lang::Vi { vi } else { en }.into(),
    });
    Ok(shown.collect())
}
