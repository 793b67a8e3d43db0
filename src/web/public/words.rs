//! Fees and time limits in words.

use crate::catalog::fees::FeeRule;
use crate::catalog::papers::{Needed, needed};
use crate::catalog::revision::{Case, ProcessingTime, TimeUnit};
use crate::catalog::{Channel, Level};
use crate::kernel::{Vnd, local_date};
use crate::templating::Arg;
use crate::web::Visit;

/// `8.000 đ`
pub fn money(amount: Vnd) -> String {
    let digits = amount.0.unsigned_abs().to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    format!("{}{text} đ", if amount.0 < 0 { "-" } else { "" })
}

/// A time limit: `3 ngày làm việc`.
pub fn time(visit: &Visit, time: &ProcessingTime) -> String {
    limit(visit, time.amount, time.unit)
}

/// An amount of a unit in words.
pub fn limit(visit: &Visit, amount: u32, unit: TimeUnit) -> String {
    let key = match unit {
        TimeUnit::WorkingDay => "time-working-days",
        TimeUnit::CalendarDay => "time-calendar-days",
        TimeUnit::Hour => "time-hours",
        TimeUnit::Month => "time-months",
        TimeUnit::SameDay => "time-same-day",
        TimeUnit::Automatic => "time-automatic",
        TimeUnit::Window => "time-window",
        TimeUnit::Unstated => "time-unstated",
    };
    visit.text(key, &[("amount", Arg::Number(i64::from(amount)))])
}

/// The limit that a person who files over the portal should expect.
pub fn case_time(visit: &Visit, case: &Case) -> Option<String> {
    case.time_for(Channel::Online).or_else(|| case.processing_time.first()).map(|found| time(visit, found))
}

/// What one unit of a fee costs today; `None` where only the province says, and it is not known which or what.
pub fn unit_price(visit: &Visit, rule: &FeeRule, province: Option<&str>) -> Option<Vnd> {
    rule.unit_price(province, local_date(visit.now()))
}

/// The rules of a case that hold today.
pub fn rules<'a>(visit: &Visit, case: &'a Case) -> impl Iterator<Item = &'a FeeRule> {
    let today = local_date(visit.now());
    case.fees.iter().filter(move |rule| rule.in_force(today))
}

/// All fees of a case in a few words, where they differ for both channels. `province`: where it is settled, if in one.
pub fn case_fee(visit: &Visit, case: &Case, province: Option<&str>) -> String {
    let at = |channel| {
        let rules: Vec<&FeeRule> = rules(visit, case).filter(|rule| rule.is_for(channel)).collect();
        (!rules.is_empty()).then(|| in_words(visit, &rules, province))
    };
    match (at(Channel::Online), at(Channel::Counter)) {
        (None, None) => visit.text("free", &[]),
        (Some(one), None) | (None, Some(one)) => one,
        (Some(online), Some(counter)) if online == counter => online,
        (Some(online), Some(counter)) => {
            visit.text("fee-by-channel", &[("online", Arg::from(online)), ("counter", Arg::from(counter))])
        }
    }
}

/// Free, one price, a range, or by the province. What only some people owe (copies they ask for) does not make a free
/// service one that costs: it is said beside it.
fn in_words(visit: &Visit, rules: &[&FeeRule], province: Option<&str>) -> String {
    let unit_price = |rule: &FeeRule| unit_price(visit, rule, province);
    let (sometimes, always): (Vec<&FeeRule>, Vec<&FeeRule>) =
        rules.iter().copied().partition(|rule| rule.condition.is_some());
    let is_free = |rule: &FeeRule| unit_price(rule).is_some_and(|price| price.0 == 0);
    if !always.is_empty() && always.iter().all(|rule| is_free(rule)) {
        let free = visit.text("free", &[]);
        let more = sometimes.iter().filter(|rule| !is_free(rule)).map(|rule| {
            let name = rule.name.get(visit.lang);
            let unit = rule.unit.as_ref().map(|u| format!("/{}", u.get(visit.lang))).unwrap_or_default();
            match unit_price(rule) {
                Some(price) => format!("{name}: {}{unit}", money(price)),
                None => format!("{name}: {}", visit.text("fee-by-province", &[])),
            }
        });
        return std::iter::once(free).chain(more).collect::<Vec<_>>().join("; ");
    }
    let prices: Vec<Option<Vnd>> = rules.iter().map(|rule| unit_price(rule)).collect();
    let known: Vec<Vnd> = prices.iter().copied().flatten().collect();
    if prices.iter().any(Option::is_none) {
        return visit.text("fee-by-province", &[]);
    }
    // What the figure of a council rests on.
    let today = local_date(visit.now());
    let basis = rules.iter().find_map(|rule| rule.council_basis(province, today));
    match (known.iter().min(), known.iter().max()) {
        (Some(least), Some(most)) if least == most => match basis {
            Some(basis) => format!("{} ({basis})", money(*most)),
            None => money(*most),
        },
        (Some(least), Some(most)) => {
            visit.text("fee-range", &[("least", Arg::from(money(*least))), ("most", Arg::from(money(*most)))])
        }
        (None, _) | (_, None) => visit.text("free", &[]),
    }
}

/// When a paper is needed, as a sentence. `bare`: as for [`needed`].
pub fn needed_when(visit: &Visit, condition: &str, bare: bool) -> String {
    match needed(condition, bare) {
        Needed::When(circumstance) => visit.text("paper-when", &[("condition", circumstance.into())]),
        Needed::Said(words) => {
            let mut letters = words.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// The level's key for filters on the pages.
pub fn level_text(visit: &Visit, level: Level) -> String {
    visit.text(&format!("level-{}", level.as_str()), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_by_thousands() {
        assert_eq!(money(Vnd(0)), "0 đ");
        assert_eq!(money(Vnd(8_000)), "8.000 đ");
        assert_eq!(money(Vnd(1_234_567)), "1.234.567 đ");
        assert_eq!(money(Vnd(-500)), "-500 đ");
    }
}
