//! The table of moves as a whole, and what must hold in every walk through it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// `submitted`, or `supplement_requested from accepted`.
fn name(state: State) -> String {
    let status = match state {
        State::Closed => "stopped for good",
        other => other.status().key(),
    };
    match state.before() {
        Some(before) => format!("{status} from {}", before.state().status().key()),
        None => status.to_owned(),
    }
}

/// The table of domain.md as the code has it. A change here is a change of the domain: read the difference.
#[test]
fn the_table() {
    let table: BTreeMap<String, BTreeMap<&str, String>> = State::ALL
        .into_iter()
        .map(|state| {
            let moves = allowed(state).map(|step| {
                let to = next(state, step).unwrap();
                (step.as_str(), if to == state { "stays".to_owned() } else { name(to) })
            });
            (name(state), moves.collect())
        })
        .collect();
    assert_eq!(table.len(), State::ALL.len());
    insta::assert_json_snapshot!(table);
}

#[test]
fn numbers_keys_and_labels_are_the_national_ones() {
    let numbers: Vec<i32> = Status::ALL.into_iter().filter_map(Status::number).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    for status in Status::ALL {
        assert_eq!(Status::parse(status.key()), Some(status));
        assert_eq!(Status::from_stored(status.stored()), Some(status));
        assert_eq!(serde_json::to_value(status).unwrap(), status.key());
        if let Some(number) = status.number() {
            assert_eq!(Status::parse(&number.to_string()), Some(status));
        }
    }
    for lang in [Lang::Vi, Lang::En] {
        let labels: BTreeSet<&str> = Status::ALL.into_iter().map(|s| s.label(lang)).collect();
        assert_eq!(labels.len(), Status::ALL.len());
    }
    assert_eq!(Status::from_stored(11), None);
    assert_eq!(Status::parse("0"), None);
}

#[test]
fn steps_have_one_name_each() {
    let names: BTreeSet<&str> = Step::ALL.into_iter().map(Step::as_str).collect();
    assert_eq!(names.len(), Step::ALL.len());
    for step in Step::ALL {
        assert_eq!(Step::parse(step.as_str()), Some(step));
        assert_eq!(serde_json::to_value(step).unwrap(), step.as_str());
    }
}

#[test]
fn what_is_stored_comes_back() {
    for state in State::ALL {
        let before = state.before().map(|b| b.state().status());
        assert_eq!(State::from_stored(state.status(), before, state == State::Closed), Some(state));
    }
    assert_eq!(State::from_stored(Status::SupplementRequested, None, false), None);
    assert_eq!(State::from_stored(Status::PaymentRequested, Some(Status::Stopped), false), None);
}

#[test]
fn final_states_have_no_way_out_and_others_have_one() {
    for state in State::ALL {
        let leaves = allowed(state).any(|step| next(state, step) != Ok(state));
        assert_eq!(leaves, !state.has_ended(), "{state:?}");
    }
    for state in [State::Withdrawn, State::AcceptanceRefused, State::Closed] {
        let left: Vec<Step> = allowed(state).collect();
        let money = [Step::Paid, Step::AskRefund, Step::ApproveRefund, Step::Refunded];
        assert_eq!(left, money, "{state:?}: only money that comes late, or goes back, is still recorded");
    }
}

#[test]
fn every_state_is_reached_from_a_draft_and_every_step_is_used() {
    let mut reached = BTreeSet::from([State::Draft]);
    let mut used = BTreeSet::new();
    let mut open = vec![State::Draft];
    while let Some(state) = open.pop() {
        for step in allowed(state) {
            used.insert(step);
            let to = next(state, step).unwrap();
            if reached.insert(to) {
                open.push(to);
            }
        }
    }
    assert_eq!(reached, State::ALL.into_iter().collect());
    assert_eq!(used, Step::ALL.into_iter().collect());
}

/// The moves between numbers that the national portal knows (vietnam.md §2.1), with those that domain.md adds:
/// payment before acceptance (1→6, 6→1, 6→3) and same-day decisions (2→9).
#[test]
fn only_national_moves() {
    let known: [(i32, &[i32]); 10] = [
        (1, &[2, 3, 5, 6, 7]),
        (2, &[4, 5, 6, 7, 8, 9]),
        (3, &[]),
        (4, &[5, 6, 7, 8, 9]),
        (5, &[1, 2, 3, 4, 7, 8]),
        (6, &[1, 2, 3, 4, 7, 8]),
        (7, &[]),
        (8, &[4, 7, 9]),
        (9, &[4, 10]),
        (10, &[]),
    ];
    let mut moves: BTreeMap<i32, BTreeSet<i32>> = (1..=10).map(|n| (n, BTreeSet::new())).collect();
    for state in State::ALL {
        for to in allowed(state).filter_map(|step| next(state, step).ok()) {
            if let (Some(a), Some(b)) = (state.status().number(), to.status().number())
                && a != b
            {
                moves.entry(a).or_default().insert(b);
            }
        }
    }
    assert_eq!(moves, known.into_iter().map(|(from, to)| (from, to.iter().copied().collect())).collect());
}

proptest! {
    #[test]
    fn walks_never_go_back_before_acceptance(steps in prop::collection::vec(prop::sample::select(&Step::ALL[..]), 0..400)) {
        let mut state = State::Draft;
        let mut accepted = false;
        for step in steps {
            let Ok(to) = next(state, step) else { continue };
            if accepted {
                prop_assert_ne!(to, State::Submitted);
                prop_assert_ne!(to, State::AcceptanceRefused);
                prop_assert_ne!(to.before(), Some(Before::Submitted));
            }
            prop_assert!(to == state || !state.status().is_final());
            prop_assert!(to != State::Draft || state == State::Draft);
            accepted |= to == State::Accepted;
            state = to;
        }
    }

    #[test]
    fn an_interruption_leads_back_to_where_it_came_from(state in prop::sample::select(&State::ALL[..])) {
        for (ask, answer) in [
            (Step::RequestSupplement, Step::Supplement),
            (Step::RequestSupplement, Step::RecordSupplement),
            (Step::RequestPayment, Step::Paid),
            (Step::RequestPayment, Step::WaiveFee),
        ] {
            if let Ok(waiting) = next(state, ask) {
                prop_assert_eq!(next(waiting, answer), Ok(state));
            }
        }
    }
}
