//! What happened to a dossier beside its answers, as groups of rows: the hand-over, other agencies' opinions.

use crate::dossiers::{HandOverRow, Opinion};
use crate::office::hand_over::Receiver;
use crate::templating::pages::parts::{Answer, AnswerGroup};
use crate::web::Visit;
use crate::web::portal::words;

/// How the result was handed over, who took it, and how they signed for it.
pub(super) fn handed_over(visit: &Visit, row: &HandOverRow) -> AnswerGroup {
    let answer = |key: &str, value: Option<String>| Answer { label: visit.text(key, &[]), value, ..Answer::default() };
    let word = |of: &str, word: &str| Some(visit.text(&format!("do-{of}-{word}"), &[]));
    let (name, identity, relation, authority) = match Receiver::of(row) {
        Some(Receiver { name, identity, relation, authority, .. }) => (Some(name), identity, relation, authority),
        None => (None, None, None, None),
    };
    let mut rows = vec![
        answer("do-field-hand_over", word("hand_over", &row.method)),
        answer("handed-over-at", Some(words::moment(row.occurred_at, visit.lang))),
        answer("do-field-receiver_name", name),
        answer("do-field-receiver_identity", identity),
        answer("do-field-receiver_relation", relation),
        answer("do-field-receiver_authority", authority),
        answer("do-field-signed", row.signed.as_deref().and_then(|way| word("signed", way))),
    ];
    rows.retain(|row| row.value.is_some());
    AnswerGroup { title: visit.text("handed-over-title", &[]), edit: None, rows }
}

/// What other agencies were asked, one group a question.
pub(super) fn opinions(visit: &Visit, asked: &[(Opinion, String)]) -> Vec<AnswerGroup> {
    let group = |(opinion, agency): &(Opinion, String)| {
        let row = |key: &str, value: Option<String>| Answer { label: visit.text(key, &[]), value, ..Answer::default() };
        let day = words::day(opinion.due_on.0);
        let mut rows = vec![row("do-field-question", Some(opinion.question.clone()))];
        rows.extend(opinion.answer.clone().map(|answer| row("opinion-answer", Some(answer))));
        let title = visit.text("opinion-title", &[("agency", agency.clone().into()), ("day", day.into())]);
        AnswerGroup { title, edit: None, rows }
    };
    asked.iter().map(group).collect()
}
