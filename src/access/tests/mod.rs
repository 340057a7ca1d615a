mod decide;
mod device;
mod give;
mod key;
mod matrix;

use super::*;

/// An actor of the root company, to be narrowed by each test.
pub fn actor(role: Role, grants: Vec<Grant>) -> Actor {
    Actor {
        kind: ActorKind::User,
        subject_id: "actor".into(),
        account_id: "account".into(),
        name: "Actor".into(),
        organization_id: "organization".into(),
        role,
        company_path: "root/".into(),
        gate: None,
        grants,
    }
}

pub fn grant(id: &str, levels: Levels, place: Option<&str>) -> Grant {
    let place = place.map(|path| Place { id: path.into(), path: path.into(), full_name: path.into() });
    Grant { id: id.into(), source: Source::Own, team: None, levels, place, until: None }
}

pub fn levels(rows: &[(Screen, Level)]) -> Levels {
    rows.iter().copied().collect()
}
