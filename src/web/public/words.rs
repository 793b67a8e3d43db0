//! Fees and time limits in words.

use crate::catalog::fees::{Amount, FeeRule};
use crate::catalog::revision::{Case, ProcessingTime, TimeUnit};
use crate::catalog::{Channel, Level};
use crate::kernel::{Vnd, local_date};
use crate::templating::Arg;
use crate::web::Visit;

/// `8.000 đ`
pub fn money(amount: Vnd) -> String {
    let digits = amount.0.abs().to_string();
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

/// What one unit of a fee costs; `None` where only the province says.
pub fn unit_price(rule: &FeeRule) -> Option<Vnd> {
    match &rule.amount {
        Amount::Fixed { amount } | Amount::PerUnit { amount, .. } | Amount::Persons { amount, .. } => Some(*amount),
        Amount::Pages { first, .. } => Some(*first),
        Amount::Council { .. } => None,
    }
}

/// The rules of a case that hold today.
pub fn rules<'a>(visit: &Visit, case: &'a Case) -> impl Iterator<Item = &'a FeeRule> {
    let today = local_date(visit.now());
    case.fees.iter().filter(move |rule| rule.in_force(today))
}

/// All fees of a case in a few words: free, one price, a range, or by the province.
pub fn case_fee(visit: &Visit, case: &Case) -> String {
    let online: Vec<_> = rules(visit, case).filter(|rule| rule.is_for(Channel::Online)).collect();
    let prices: Vec<Option<Vnd>> = online.iter().map(|rule| unit_price(rule)).collect();
    let known: Vec<Vnd> = prices.iter().copied().flatten().collect();
    if prices.iter().any(Option::is_none) {
        return visit.text("fee-by-province", &[]);
    }
    match (known.iter().min(), known.iter().max()) {
        (None, _) | (_, None) => visit.text("free", &[]),
        (_, Some(most)) if most.0 == 0 => visit.text("free", &[]),
        (Some(least), Some(most)) if least == most => money(*most),
        (Some(least), Some(most)) if least.0 == 0 => visit.text("fee-up-to", &[("most", Arg::from(money(*most)))]),
        (Some(least), Some(most)) => {
            visit.text("fee-range", &[("least", Arg::from(money(*least))), ("most", Arg::from(money(*most)))])
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
