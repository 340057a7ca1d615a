//! `scope` of the OAuth endpoints: `screen:level`, separated by spaces, such as `rooms:read alerts:full`.

use crate::access::{Actor, Level, Levels, SCREENS, Screen};

/// The levels that a scope asks for; an error names the first part that is none, or more than the actor has.
pub fn narrowed(text: &str, actor: &Actor) -> Result<Levels, String> {
    let mut levels = Levels::NONE;
    for part in text.split(' ').filter(|part| !part.is_empty()) {
        let (screen, level) =
            understood(part).ok_or_else(|| format!("{part} isn't a scope. Use screen:read or screen:full."))?;
        if actor.level(screen) < level {
            return Err(format!(
                "This client doesn't have {part}. Ask an administrator for {} {}.",
                screen.label(),
                level.word()
            ));
        }
        levels = levels.max(&Levels::NONE.with(screen, level));
    }
    Ok(levels)
}

fn understood(part: &str) -> Option<(Screen, Level)> {
    let (screen, level) = part.split_once(':')?;
    let level = match level {
        "read" => Level::Read,
        "full" => Level::Full,
        _ => return None,
    };
    Some((Screen::from_code(screen)?, level))
}

/// Every scope that there is.
pub fn all() -> Vec<String> {
    let both = |code: &str| [format!("{code}:read"), format!("{code}:full")];
    SCREENS.iter().flat_map(|row| both(row.code)).collect()
}

/// What is open, as a scope.
pub fn text(levels: &Levels) -> String {
    let parts: Vec<String> =
        levels.open().map(|(screen, level)| format!("{}:{}", screen.code(), level.word())).collect();
    parts.join(" ")
}
