//! The only file, with `browser/`, that names `web_sys` and `js_sys`: what the console asks of the browser. On the server each function does nothing.
//!
//! Dialogs `show_modal` · focus `focus`, `focus_what_is_wrong`, `focus_item`, `reveal` · popovers `popover_is_open`, `menu_is_open`, `row_is_in_use`, `show_popover`, `hide_popover` ·
//! time `now_ms`, `local_time`, `local_day_end`, `day_end` · page `origin`, `page_is_seen`, `navigate_hard`, `sign_in_again`, `hold_page`, `keep_page`, `reload`, `on_person_act` · start `mark_hydrated`, `is_hydrated`, `fail_start` ·
//! forms `change`, `field_of`, `focus_field`, `keep_draft`, `has_draft`, `forget_draft`, `forget_drafts_but` · tabs `broadcast`, `on_broadcast` · `copy_text` · timers `after`, `every` · `open_socket` · `UNTIL_STARTED`.
//! Listeners and timers set inside an owner (component, effect) end with it.

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod drafts;
mod kinds;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod leaving;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod listen;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod modal;
#[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
mod nothing;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod real;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod starting;

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub use drafts::{change, field_of, focus_field, forget_draft, forget_drafts_but, has_draft, keep_draft};
pub use kinds::{Step, Wire};
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub use leaving::{hear_steps_first, keep_page};
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub use modal::show_modal;
#[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
pub use nothing::*;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub use real::*;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub use starting::{fail_start, is_hydrated, mark_hydrated};
