//! `report kpi`: the indicators of the statistics pages.

use anyhow::{anyhow, bail};
use jiff::civil::Date;

use super::cli::ReportKpi;
use crate::app;
use crate::config::Settings;
use crate::db::migrate;
use crate::kernel::Clock;
use crate::reports::{self, Span};

/// Prints the indicators of a span of days.
pub(super) fn kpi(args: &ReportKpi, settings: &Settings) -> anyhow::Result<()> {
    let date =
        |name: &str, text: &str| text.parse::<Date>().map_err(|_| anyhow!("--{name} {text}: no date YYYY-MM-DD"));
    let span = Span { from: date("from", &args.from)?, to: date("to", &args.to)?, agency: None };
    if span.from > span.to {
        bail!("--from is after --to");
    }
    let db = app::open_existing_database(settings)?;
    if !migrate::is_current(&db)? {
        bail!("the schema is behind: run `motcua migrate`");
    }
    let now = settings.now.map_or_else(Clock::machine, Clock::starting_at).now();
    let kpi = db.read_blocking(|conn| reports::kpi(conn, &span, now))?;
    let agencies = db.read_blocking(|conn| reports::by_agency(conn, &span))?;
    match args.format.as_str() {
        "json" => {
            println!("{}", serde_json::json!({"from": args.from, "to": args.to, "kpi": kpi, "agencies": agencies}))
        }
        "csv" => print!("{}", reports::csv_of(&agencies)?),
        "table" => {
            let percent = |rate: Option<f64>| rate.map_or_else(|| "-".to_owned(), |r| format!("{:.1} %", r * 100.0));
            println!("{} to {}", span.from, span.to);
            println!("received {}, online {}", kpi.received, kpi.received_online);
            println!("decided {}, in time {} ({})", kpi.decided, kpi.decided_on_time, percent(kpi.on_time_rate));
            println!("late {}, overdue {}", kpi.decided_late, kpi.overdue);
            println!("ratings {}, satisfied {}", kpi.ratings, percent(kpi.satisfied_rate));
            for a in &agencies {
                let rate = percent(a.on_time_rate);
                println!("{:<12} {:>7} {:>7} {:>8}  {}", a.code, a.received, a.decided, rate, a.name);
            }
        }
        other => bail!("--format {other}: none of table, json, csv"),
    }
    Ok(())
}
