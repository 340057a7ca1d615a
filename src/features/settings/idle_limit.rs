//! The inactivity limit: when nothing happens for so long, the server ends a session. A shorter one ends sessions at once, so it is saved by a button that
//! says how many people it signs out.

use super::model::{IDLE_CHOICES, Inactivity};
use crate::access::Screen;
use crate::console::me::Me;
use crate::error::AppError;
use crate::types::thousands;
use crate::ui::{Button, Choice, Filter, Notice, Tone, use_toasts};
use leptos::prelude::*;

/// Says how many people a number of minutes would sign out, with that number.
pub type Count = Action<i64, (i64, Result<i64, AppError>)>;

/// Saves a number of minutes, by the version that was shown.
pub type Save = Action<(i64, i64), Result<(), AppError>>;

/// The screen on which the limit stands, whose level it takes, and that screen's way to count and to save it. Each form has
/// actions of its own: what the one before it saved is no news to the next.
#[derive(Clone, Copy)]
pub struct Ways {
    pub screen: Screen,
    pub count: fn() -> Count,
    pub save: fn() -> Save,
}

#[component]
pub fn IdleLimit(limit: Resource<Result<Inactivity, AppError>>, ways: Ways) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                // What is wrong is said where the rest of the page would stand.
                limit.await.ok().map(|now| form(now, ways, Callback::new(move |()| limit.refetch())))
            })}
        </Transition>
    }
    .into_any()
}

fn form(now: Inactivity, ways: Ways, refetch: Callback<()>) -> AnyView {
    let Inactivity { minutes: stored, why_not, version } = now;
    let (screen, count, save) = (ways.screen, (ways.count)(), (ways.save)());
    let why = expect_context::<Me>().why_not_write(screen).or(why_not);
    let chosen = RwSignal::new(stored);
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(done) = save.value().get() {
            toasts.say(done.err().map_or_else(|| "Inactivity logout saved".to_owned(), |error| error.message));
            refetch.run(());
        }
    });
    let change = move |value: String| {
        let minutes = value.parse().unwrap_or(stored);
        chosen.set(minutes);
        if minutes != stored {
            count.dispatch(minutes);
        }
    };
    let pending = Signal::derive(move || save.pending().get() || count.pending().get());
    let same = Signal::derive(move || (chosen.get() == stored).then(|| "Choose another time first.".to_owned()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked() && same.with_untracked(Option::is_none) {
            save.dispatch((chosen.get_untracked(), version));
        }
    };
    let says = move || {
        let (minutes, counted) = count.value().get()?;
        if minutes == chosen.get() && minutes != stored { consequence(counted) } else { None }
    };
    let options: Vec<Choice> =
        IDLE_CHOICES.iter().map(|(minutes, label)| Choice::new(minutes.to_string(), *label)).collect();
    let button =
        why.is_none().then(|| view! { <Button submit=true pending=pending disabled_reason=same>"Save"</Button> });
    view! {
        <form method="post" class="end idle-limit" on:submit=submit novalidate>
            <Filter label="Inactivity logout" name="minutes" options=options value=Signal::derive(move || chosen.get().to_string())
                disabled_reason=why on_change=change />
            {button}
            <div role="status">{says}</div>
        </form>
    }
    .into_any()
}

fn consequence(counted: Result<i64, AppError>) -> Option<AnyView> {
    let text = match counted {
        Ok(0) => return None,
        Ok(1) => "1 person will be signed out when you save.".to_owned(),
        Ok(people) => format!("{} people will be signed out when you save.", thousands(people)),
        Err(error) => error.message,
    };
    Some(view! { <Notice tone=Tone::Warn>{text}</Notice> }.into_any())
}
