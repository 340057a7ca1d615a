//! What an API key may do of what its owner may.

use super::{Level, Levels, Screen};

/// The screens where a write gives somebody access, or takes it away. A key changes nothing on them unless that was
/// ticked for it.
pub const ACCESS: [Screen; 7] = [
    Screen::Users,
    Screen::Profiles,
    Screen::Sessions,
    Screen::Integrations,
    Screen::Companies,
    Screen::Members,
    Screen::Settings,
];

/// The most that a key opens, whatever its owner may: the screens that were chosen for it (none: all), and access only
/// to read, unless it may administer it.
pub fn most_of_key(chosen: Option<Levels>, may_administer: bool) -> Levels {
    let most = chosen.unwrap_or(Levels::FULL);
    if may_administer {
        return most;
    }
    ACCESS.iter().fold(most, |most, screen| most.with(*screen, most.get(*screen).min(Level::Read)))
}
