use super::{Actor, Gate, Level, Role, Rows, Screen, inside};
use serde::{Deserialize, Serialize};

/// What a request needs: a level on a screen, for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub screen: Screen,
    pub level: Level,
    pub target: Target,
}

/// What stands at the other end of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The screen as such: opening its page, asking for its list.
    Organization,
    /// A node of the place tree, by its path.
    Place(String),
    /// A company, by its path.
    Company(String),
    /// A user, an integration or an API user: where it belongs, how high it ranks, and whether it is the actor's own row.
    Member { company: String, rank: Role, own: bool },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The ids of the grants that gave it, never empty.
    Allowed(Vec<String>),
    Refused(Why),
}

/// Why a need was refused. Each has one answer over HTTP; see `AppError`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Why {
    /// The personal center comes first.
    Gate { gate: Gate },
    /// The screen is not open, or only up to `have`.
    NotGranted { screen: Screen, need: Level, have: Level },
    /// The screen is open, the row is outside of one's places or companies: looks like missing.
    OutOfReach,
    /// The row ranks above the actor.
    AboveRank,
    /// One's own role, grants, company and status are not one's own to write.
    OwnRow,
}

impl Need {
    pub fn read(screen: Screen) -> Need {
        Need { screen, level: Level::Read, target: Target::Organization }
    }

    pub fn full(screen: Screen) -> Need {
        Need { screen, level: Level::Full, target: Target::Organization }
    }

    #[must_use]
    pub fn on(self, target: Target) -> Need {
        Need { target, ..self }
    }
}

impl Decision {
    pub fn allowed(&self) -> bool {
        matches!(self, Decision::Allowed(_))
    }
}

/// The one rule. Enforcement, explanation and the condition of every list are this function or are tested to equal it.
pub fn decide(actor: &Actor, need: &Need) -> Decision {
    if let Some(gate) = actor.gate {
        return Decision::Refused(Why::Gate { gate });
    }
    let have = actor.level(need.screen);
    if have < need.level || need.level == Level::None {
        return Decision::Refused(Why::NotGranted { screen: need.screen, need: need.level, have });
    }
    match reach(actor, need) {
        Some(why) => Decision::Refused(why),
        None => given_by(actor, need),
    }
}

/// The part of the rule that looks at the row's company and rank.
fn reach(actor: &Actor, need: &Need) -> Option<Why> {
    match &need.target {
        Target::Organization | Target::Place(_) => None,
        Target::Company(path) => (!inside(path, &actor.company_path)).then_some(Why::OutOfReach),
        Target::Member { company, rank, own } => {
            if *own {
                return (need.level == Level::Full).then_some(Why::OwnRow);
            }
            if !inside(company, &actor.company_path) {
                return Some(Why::OutOfReach);
            }
            (need.level == Level::Full && *rank > actor.role).then_some(Why::AboveRank)
        }
    }
}

/// The grants that open the target; on a screen with places, those whose place holds it.
fn given_by(actor: &Actor, need: &Need) -> Decision {
    let placed = need.screen.row().rows == Rows::Place;
    let ids: Vec<String> = actor
        .grants
        .iter()
        .filter(|grant| match &need.target {
            Target::Place(path) if placed => grant.covers(need.screen, need.level, Some(path)),
            _ if placed => grant.levels.get(need.screen) >= need.level,
            _ => grant.covers(need.screen, need.level, None),
        })
        .map(|grant| grant.id.clone())
        .collect();
    if ids.is_empty() {
        return Decision::Refused(Why::OutOfReach);
    }
    Decision::Allowed(ids)
}
