//! Reading what acts go by: the dossier's own revision, its agency and the agency's calendar.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::App;
use super::units::UnitLists;
use crate::accounts::{Agency, agencies};
use crate::catalog::{Published, calendars, procedures};
use crate::db::{self, Conn};
use crate::dossiers::Dossier;
use crate::kernel::working_time::Calendar;
use crate::kernel::{AgencyId, RevisionId};
use crate::office::{AgencyCard, Rules};

impl App {
    /// The rules of a dossier.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn rules_of(&self, conn: &mut Conn, dossier: &Dossier) -> Result<(Rules, Arc<Published>), db::Error> {
        let agencies = (dossier.agency_id, dossier.acting_agency_id);
        let (mut rules, published) = self.rules_for(conn, dossier.revision_id, agencies)?;
        if let Some(id) = dossier.window_id {
            rules.window = Some(procedures::window(conn, id)?);
        }
        Ok((rules, published))
    }

    /// The rules of a revision at a receiving and an acting agency.
    ///
    /// # Errors
    /// [`db::Error::NotFound`] or a failure of the database.
    pub fn rules_for(
        &self,
        conn: &mut Conn,
        revision: RevisionId,
        (receiving, acting): (AgencyId, AgencyId),
    ) -> Result<(Rules, Arc<Published>), db::Error> {
        let published = self.catalogue.revision_on(conn, revision)?.ok_or(db::Error::NotFound)?;
        let agency = agencies::by_id(conn, receiving)?.ok_or(db::Error::NotFound)?;
        let parent = match agency.parent {
            Some(id) => agencies::by_id(conn, id)?.map(|a| a.name),
            None => None,
        };
        let rules = Rules {
            revision_id: revision,
            revision: published.content.clone(),
            published: Arc::clone(&published),
            calendar: self.calendar_of(conn, acting)?,
            agency: Arc::new(card(agency, parent)),
            window: None,
        };
        Ok((rules, published))
    }
}

impl App {
    /// The working calendar of an agency, kept in memory for one version of the catalogue.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn calendar_of(&self, conn: &mut Conn, agency: AgencyId) -> Result<Arc<Calendar>, db::Error> {
        let version = procedures::version(conn)?;
        if let Some(known) = self.shelf.calendar(version, agency) {
            return Ok(known);
        }
        let code = agencies::by_id(conn, agency)?.ok_or(db::Error::NotFound)?.code;
        let calendar = Arc::new(calendars::load(conn, &code)?);
        self.shelf.keep_calendar(version, agency, Arc::clone(&calendar));
        Ok(calendar)
    }

    /// The administrative units, read once.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn units(&self, conn: &mut Conn) -> Result<UnitLists, db::Error> {
        let version = procedures::version(conn)?;
        if let Some(known) = self.shelf.units(version) {
            return Ok(known);
        }
        let units = UnitLists::load(conn, self.now())?;
        self.shelf.keep_units(version, units.clone());
        Ok(units)
    }
}

/// Snapshots of slow-changing tables, each for one version of the catalogue.
#[derive(Default)]
pub struct Shelf {
    calendars: Mutex<(i64, HashMap<AgencyId, Arc<Calendar>>)>,
    units: Mutex<Option<(i64, UnitLists)>>,
}

impl Shelf {
    fn calendar(&self, version: i64, agency: AgencyId) -> Option<Arc<Calendar>> {
        let kept = self.calendars.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == version { kept.1.get(&agency).cloned() } else { None }
    }

    fn keep_calendar(&self, version: i64, agency: AgencyId, calendar: Arc<Calendar>) {
        let mut kept = self.calendars.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != version {
            *kept = (version, HashMap::new());
        }
        kept.1.insert(agency, calendar);
    }

    fn units(&self, version: i64) -> Option<UnitLists> {
        let kept = self.units.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(v, _)| *v == version).map(|(_, units)| units.clone())
    }

    fn keep_units(&self, version: i64, units: UnitLists) {
        *self.units.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, units));
    }
}

fn card(agency: Agency, parent: Option<String>) -> AgencyCard {
    AgencyCard {
        id: agency.id,
        code: agency.code,
        name: agency.name,
        parent,
        centre: agency.centre_name,
        place: agency.place_name,
        address: agency.address,
        phone: agency.phone,
        province: agency.province_code,
        collecting: agency.collecting,
        is_demo: agency.is_demo,
    }
}
