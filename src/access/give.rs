//! Nobody gives more than they have: the one check behind profiles, grants, users and resets.

use super::{Actor, Level, Levels, Screen};

/// Rights on the way from one subject to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift<'a> {
    pub levels: Levels,
    /// None is everything.
    pub place: Option<&'a str>,
    /// None is without end.
    pub until: Option<i64>,
}

/// The first screen on which a gift is more than the giver has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    pub screen: Screen,
    pub wanted: Level,
}

/// Whether `actor` holds all of `gift` itself, over the whole place and for as long.
///
/// On a screen whose rows have no place, a gift limited to a place opens nothing by itself; it is still held against
/// what the giver has there, because a later edit of the place must not widen it past the giver.
pub fn may_give(actor: &Actor, gift: &Gift<'_>) -> Result<(), Shortfall> {
    for (screen, wanted) in gift.levels.open() {
        let held = actor.gate.is_none()
            && actor
                .grants
                .iter()
                .any(|grant| grant.covers(screen, wanted, gift.place) && lasts(grant.until, gift.until));
        if !held {
            return Err(Shortfall { screen, wanted });
        }
    }
    Ok(())
}

/// Whether all that `other` can do, `actor` can do too: the condition for resetting or re-addressing somebody.
pub fn within(other: &Actor, actor: &Actor) -> Result<(), Shortfall> {
    for grant in &other.grants {
        let place = grant.place.as_ref().map(|place| place.path.as_str());
        may_give(actor, &Gift { levels: grant.levels, place, until: grant.until })?;
    }
    Ok(())
}

fn lasts(mine: Option<i64>, wanted: Option<i64>) -> bool {
    match (mine, wanted) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(mine), Some(wanted)) => mine >= wanted,
    }
}
