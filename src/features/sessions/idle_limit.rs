//! The drop-down of the inactivity limit: when nothing happens for so long, the server ends a session.

use super::api;
use super::model::{IDLE_CHOICES, Inactivity};
use crate::access::Screen;
use crate::error::AppError;
use crate::features::me::model::Me;
use crate::features::settings;
use crate::features::settings::model::SettingsChange;
use crate::ui::{Choice, Filter, use_toasts};
use leptos::prelude::*;

/// On the screen where it stands, whose level it takes.
#[component]
pub fn IdleLimit(limit: Resource<Result<Inactivity, AppError>>, screen: Screen) -> impl IntoView {
    let read_only = StoredValue::new(expect_context::<Me>().why_not_write(screen));
    let set = Action::new(move |(minutes, version): &(i64, i64)| save(screen, *minutes, *version));
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(done) = set.value().get() {
            toasts.say(done.err().map_or_else(|| "Inactivity logout saved".to_owned(), |error| error.message));
            limit.refetch();
        }
    });
    let options: Vec<Choice> =
        IDLE_CHOICES.iter().map(|(minutes, label)| Choice::new(minutes.to_string(), *label)).collect();
    let options = StoredValue::new(options);
    view! {
        <div class="end">
            <Transition>
                {move || Suspend::new(async move {
                    // What is wrong is said where the rest of the page would stand.
                    limit.await.ok().map(|limit| view! {
                        <Filter label="Inactivity logout" name="minutes" options=options.get_value() value=limit.minutes.to_string()
                            disabled_reason=read_only.get_value().or(limit.why_not)
                            on_change=move |value: String| { set.dispatch((value.parse().unwrap_or(30), limit.version)); } />
                    })
                })}
            </Transition>
        </div>
    }
    .into_any()
}

async fn save(screen: Screen, minutes: i64, version: i64) -> Result<(), AppError> {
    if screen == Screen::Sessions {
        return api::set_idle_limit(minutes, Some(version)).await;
    }
    let change = SettingsChange { inactivity_minutes: Some(minutes), ..SettingsChange::default() };
    settings::api::edit(version, change).await.map(|_| ())
}
