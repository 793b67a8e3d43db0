//! What the product ships: units, holidays, procedures.

use anyhow::{anyhow, bail};

use crate::accounts::units;
use crate::app::App;
use crate::catalog;
use crate::kernel::Actor;

const UNITS: &str = include_str!("../../../config/catalogue/units.csv");

/// Loads the shipped tables.
pub async fn load(app: &App) -> anyhow::Result<()> {
    let rows = units::parse_csv(UNITS.as_bytes()).map_err(|bad| anyhow!("{} bad rows in units.csv", bad.len()))?;
    app.db.write(move |tx| units::import(tx, &rows)).await?;
    let days = catalog::calendar::parse(catalog::calendar::SHIPPED)
        .map_err(|bad| anyhow!("{} bad rows in holidays.csv", bad.len()))?;
    app.db.write(move |tx| catalog::calendars::write_days(tx, catalog::calendar::NATIONAL, &days)).await?;
    let procedures = match catalog::shipped() {
        Ok(procedures) => procedures,
        Err(bad) => bail!("procedures.json: {}", bad.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
    };
    let now = app.now();
    app.db.write(move |tx| catalog::procedures::import(tx, procedures, &Actor::System, now)).await?;
    Ok(())
}
