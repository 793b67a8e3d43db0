//! What stands in a source and is meant for no citizen: notes of who gathered it, and pieces of the page that it was
//! copied from.

use crate::kernel::text;

/// Words by which an editor's note in brackets is known.
const NOTES: [&str; 5] = ["chưa xác minh", "chưa đối chiếu", "kiến thức chung", "nguồn báo", "suy luận"];

/// The head of the table of papers on the national portal, glued to what stands before and after it.
const TABLE_HEAD: &str = "Tên giấy tờMẫu đơn, tờ khaiSố lượng";

/// The portal's search form, which stands below a record and was copied with it.
const SEARCH_FORM: &str = "Từ khóaKhông có thông tin";

/// The text without editors' notes: of what stands in brackets the clauses that are such notes go, and the brackets with
/// the last of them.
pub(super) fn without_notes(text: &str) -> String {
    let is_note = |clause: &&str| {
        let clause = clause.to_lowercase();
        NOTES.iter().any(|words| clause.contains(words))
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (inner, after))) = rest.split_once('(').and_then(|(b, r)| Some((b, r.split_once(')')?))) {
        let clauses: Vec<&str> = inner.split(';').collect();
        let kept: Vec<&str> = clauses.iter().copied().filter(|clause| !is_note(clause)).collect();
        if kept.len() == clauses.len() {
            out.push_str(&format!("{before}({inner})"));
        } else if kept.is_empty() {
            out.push_str(before.trim_end());
        } else {
            out.push_str(&format!("{before}({})", kept.join(";").trim()));
        }
        rest = after;
    }
    out + rest
}

/// A paper's name in one line, without the table around it; empty where nothing else stood there.
pub(super) fn paper_name(name: &str) -> String {
    let name = text::line(name);
    let name = without_copies(&name);
    match name.split_once(TABLE_HEAD) {
        None => name.to_owned(),
        Some((group, paper)) => match group.trim().trim_end_matches(':').trim_end() {
            "" | "-" | "--" => paper.trim().to_owned(),
            group if paper.trim().is_empty() => group.to_owned(),
            group => format!("{group}: {}", paper.trim()),
        },
    }
}

/// `,1 bản sao` in front: the rest of the number of copies of the paper before.
fn without_copies(name: &str) -> &str {
    let rest = name.strip_prefix(',').map(|rest| rest.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()));
    let rest = rest.and_then(|rest| rest.trim_start().strip_prefix("bản sao")).map(str::trim_start);
    rest.unwrap_or(name)
}

/// Requirements without the search form below them; nothing where the portal says that it knows none.
pub(super) fn requirements(told: &str) -> Option<String> {
    let told = told.split_once(SEARCH_FORM).map_or(told, |(before, _)| before);
    let told = text::lines(told).trim().to_owned();
    (!matches!(told.as_str(), "" | "Không có thông tin")).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_go_and_what_citizens_need_stays() {
        for (source, shown) in [
            (
                "Quy chế thi tốt nghiệp THPT hiện hành (chưa xác minh số hiệu năm 2026)",
                "Quy chế thi tốt nghiệp THPT hiện hành",
            ),
            (
                "335/2026/NĐ-CP (ban hành 21/8/2026, hiệu lực 05/10/2026 theo hai nguồn báo; mức chuẩn áp dụng từ 01/7/2026)",
                "335/2026/NĐ-CP (mức chuẩn áp dụng từ 01/7/2026)",
            ),
            ("69/2025/QH15 (Luật Hóa chất)", "69/2025/QH15 (Luật Hóa chất)"),
            ("Từ đủ 20 tuổi (Kiến thức chung) trở lên", "Từ đủ 20 tuổi trở lên"),
            ("20/2021/NĐ-CP (Điều 11, 14", "20/2021/NĐ-CP (Điều 11, 14"),
        ] {
            assert_eq!(without_notes(source), shown);
        }
    }

    #[test]
    fn pieces_of_the_portals_page_go() {
        for (source, shown) in [
            ("--Tên giấy tờMẫu đơn, tờ khaiSố lượngHộ chiếu", "Hộ chiếu"),
            (
                ",1 bản sao3 )Đối với trường hợp 3, hồ sơ bao gồm:Tên giấy tờMẫu đơn, tờ khaiSố lượngVăn bản đề nghị",
                "3 )Đối với trường hợp 3, hồ sơ bao gồm: Văn bản đề nghị",
            ),
            (",1 bản sao+ Bản khai", "+ Bản khai"),
            (",1 bản sao", ""),
            ("Bản sao hộ chiếu", "Bản sao hộ chiếu"),
        ] {
            assert_eq!(paper_name(source), shown);
        }
        let form = "Không có thông tinTừ khóaKhông có thông tinMô tảKhông có thông tinChọn cơ quan thực hiện";
        assert_eq!(requirements(form), None);
        assert_eq!(requirements(" Đủ 18 tuổi.\n").as_deref(), Some("Đủ 18 tuổi."));
    }
}
