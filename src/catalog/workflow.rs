//! The way of a dossier through an agency, as data on the revision.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Predicate;
use super::revision::{AgencyLevel, Text};
use crate::kernel::Role;

/// Steps and edges; empty for information pages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Workflow {
    /// In the usual order; the first receives the dossier.
    pub steps: Vec<Step>,
    pub edges: Vec<Edge>,
}

/// One step and who does it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub code: String,
    pub name: Text,
    pub kind: StepKind,
    pub role: Role,
    /// The level of the agency that does it; none: the receiving agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency_level: Option<AgencyLevel>,
    /// Share of the whole limit, in percent; all shares add up to 100.
    pub time_share: u8,
    /// What to look at before going on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<Text>,
    /// Codes of papers or results that the step makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub produces: Vec<String>,
}

/// What a step is for: decides which acts fit there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Tiếp nhận.
    Receive,
    /// Thụ lý: examines, drafts the result.
    Handle,
    /// Ký duyệt: approves or rejects.
    Decide,
    /// Đóng dấu và trả kết quả.
    HandOver,
}

/// A way from one step to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    pub from: String,
    pub to: String,
    /// JSON Schema over the form's data; none: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Predicate>,
}

/// Why a workflow can't be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowFault {
    #[error("the workflow has no step")]
    Empty,
    #[error("step {0:?} appears twice")]
    Twice(String),
    #[error("an edge names the unknown step {0:?}")]
    Unknown(String),
    #[error("step {0:?} can't be reached")]
    Unreachable(String),
    #[error("from step {0:?} no way leads to a decision")]
    NoDecision(String),
    #[error("the time shares add up to {0} percent instead of 100")]
    Shares(u32),
    #[error("step {step:?} belongs to the role {role:?}, which takes no part in settling dossiers")]
    Role { step: String, role: &'static str },
}

impl Workflow {
    /// The step of a code.
    pub fn step(&self, code: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.code == code)
    }

    /// The step that receives.
    pub fn first(&self) -> Option<&Step> {
        self.steps.first()
    }

    /// The step after `code` for these answers: the first edge whose condition holds.
    pub fn next(&self, code: &str, data: &Value) -> Option<&Step> {
        let edge = self.edges.iter().find(|e| e.from == code && super::papers::holds(e.condition.as_ref(), data))?;
        self.step(&edge.to)
    }

    /// Every step to which an edge whose condition holds for these answers leads from `code`, in the edges' order.
    pub fn leads<'a>(&'a self, code: &'a str, data: &'a Value) -> impl Iterator<Item = &'a Step> {
        let open = move |e: &&Edge| e.from == code && super::papers::holds(e.condition.as_ref(), data);
        self.edges.iter().filter(open).filter_map(|e| self.step(&e.to))
    }

    /// The steps before `code`: where a dossier may be returned to.
    pub fn before(&self, code: &str) -> Vec<&Step> {
        let from: BTreeSet<&str> = self.edges.iter().filter(|e| e.to == code).map(|e| e.from.as_str()).collect();
        self.steps.iter().filter(|step| from.contains(step.code.as_str())).collect()
    }

    /// Everything that is wrong with it; empty when it may be published.
    pub fn faults(&self) -> Vec<WorkflowFault> {
        if self.steps.is_empty() {
            return vec![WorkflowFault::Empty];
        }
        let mut faults = Vec::new();
        let mut codes = BTreeSet::new();
        for step in &self.steps {
            if !codes.insert(step.code.as_str()) {
                faults.push(WorkflowFault::Twice(step.code.clone()));
            }
            let settles =
                matches!(step.role, Role::Clerk | Role::Handler | Role::Approver | Role::Records | Role::Head);
            if !settles {
                faults.push(WorkflowFault::Role { step: step.code.clone(), role: step.role.as_str() });
            }
        }
        for end in self.edges.iter().flat_map(|e| [&e.from, &e.to]) {
            if !codes.contains(end.as_str()) {
                faults.push(WorkflowFault::Unknown(end.clone()));
            }
        }
        faults.extend(self.reach_faults());
        let shares: u32 = self.steps.iter().map(|step| u32::from(step.time_share)).sum();
        if shares != 100 {
            faults.push(WorkflowFault::Shares(shares));
        }
        faults
    }

    /// Steps out of reach, and steps from which no decision can be reached though none lies behind.
    fn reach_faults(&self) -> Vec<WorkflowFault> {
        let first = self.steps.first().map(|s| s.code.as_str());
        let reached = self.walk(first.into_iter().collect(), |e| (e.from.as_str(), e.to.as_str()));
        let deciding: Vec<&str> =
            self.steps.iter().filter(|s| s.kind == StepKind::Decide).map(|s| s.code.as_str()).collect();
        let leads = self.walk(deciding.clone(), |e| (e.to.as_str(), e.from.as_str()));
        let after = self.walk(deciding, |e| (e.from.as_str(), e.to.as_str()));
        let mut faults = Vec::new();
        for step in &self.steps {
            let code = step.code.as_str();
            if !reached.contains(code) {
                faults.push(WorkflowFault::Unreachable(step.code.clone()));
            } else if !leads.contains(code) && !after.contains(code) {
                faults.push(WorkflowFault::NoDecision(step.code.clone()));
            }
        }
        faults
    }

    /// All steps reached from `start` along the edges as `ends` reads them.
    fn walk<'a>(&'a self, start: Vec<&'a str>, ends: impl Fn(&'a Edge) -> (&'a str, &'a str)) -> BTreeSet<&'a str> {
        let mut seen: BTreeSet<&str> = start.iter().copied().collect();
        let mut queue: VecDeque<&str> = start.into();
        while let Some(code) = queue.pop_front() {
            for (from, to) in self.edges.iter().map(&ends) {
                if from == code && seen.insert(to) {
                    queue.push_back(to);
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(code: &str, kind: StepKind, role: Role, time_share: u8) -> Step {
        let name = Text::vi(code);
        let code = code.to_owned();
        Step { code, name, kind, role, agency_level: None, time_share, checklist: vec![], produces: vec![] }
    }

    fn edge(from: &str, to: &str) -> Edge {
        Edge { from: from.into(), to: to.into(), condition: None }
    }

    fn usual() -> Workflow {
        Workflow {
            steps: vec![
                step("receive", StepKind::Receive, Role::Clerk, 10),
                step("handle", StepKind::Handle, Role::Handler, 60),
                step("decide", StepKind::Decide, Role::Approver, 20),
                step("return", StepKind::HandOver, Role::Clerk, 10),
            ],
            edges: vec![edge("receive", "handle"), edge("handle", "decide"), edge("decide", "return")],
        }
    }

    #[test]
    fn the_usual_way_is_sound_and_walks_on() {
        let way = usual();
        assert_eq!(way.faults(), vec![]);
        let next = way.next("receive", &json!({})).map(|s| s.code.as_str());
        assert_eq!(next, Some("handle"));
        assert!(way.next("return", &json!({})).is_none());
        assert_eq!(way.before("decide").len(), 1);
    }

    #[test]
    fn faults_are_named() {
        let mut way = usual();
        way.steps.push(step("lost", StepKind::Handle, Role::Handler, 0));
        assert_eq!(way.faults(), vec![WorkflowFault::Unreachable("lost".into())]);
        let mut way = usual();
        way.edges.remove(1);
        assert!(way.faults().contains(&WorkflowFault::NoDecision("handle".into())));
        assert!(way.faults().contains(&WorkflowFault::Unreachable("decide".into())));
        let mut way = usual();
        way.steps[0].role = Role::Auditor;
        way.steps[0].time_share = 20;
        way.edges.push(edge("handle", "nowhere"));
        let faults = way.faults();
        assert!(faults.contains(&WorkflowFault::Role { step: "receive".into(), role: "auditor" }));
        assert!(faults.contains(&WorkflowFault::Shares(110)));
        assert!(faults.contains(&WorkflowFault::Unknown("nowhere".into())));
        assert_eq!(Workflow::default().faults(), vec![WorkflowFault::Empty]);
    }

    #[test]
    fn a_condition_chooses_the_way() {
        let mut way = usual();
        let wide = json!({"properties": {"area": {"minimum": 500}}, "required": ["area"]});
        way.edges.insert(0, Edge { from: "receive".into(), to: "decide".into(), condition: Some(wide.into()) });
        assert_eq!(way.next("receive", &json!({"area": 600})).map(|s| s.code.as_str()), Some("decide"));
        assert_eq!(way.next("receive", &json!({"area": 60})).map(|s| s.code.as_str()), Some("handle"));
        let leads = |area: i64| -> Vec<String> {
            way.leads("receive", &json!({"area": area})).map(|s| s.code.clone()).collect()
        };
        assert_eq!(leads(600), ["decide", "handle"]);
        assert_eq!(leads(60), ["handle"], "a closed edge leads nowhere, by name neither");
    }
}
