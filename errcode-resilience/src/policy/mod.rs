//! Policies.

mod attempting;
#[cfg(feature = "http")]
mod body;
mod calling;
mod course;
#[cfg(feature = "tower")]
mod layer;
mod ongoing;

use crate::{
    ByHints, CallError, CircuitBreaker, CircuitBreakerBuilder, Class, Classify, Dependency, Limits,
    Permit, Reason, Refusal, Retry, classify::Health, limits::Slot,
};
use attempting::{Attempting, on_panic};
use calling::{Before, Calling};
pub(crate) use course::Course;
use course::Withdrawn;
use errcode_runtime::{Attempt, event::RefusedBy};
pub use ongoing::{CallEnd, Ongoing};
use std::{fmt, time::Duration};
use tokio::time::Instant;

#[cfg(feature = "http")]
pub use body::{OngoingBody, UntilBodyEnds};
#[cfg(feature = "tower")]
pub use layer::{AtOnce, ByClone, Finish, PolicyFuture, PolicyLayer, PolicyService, Repeat};

/// Everything that applies to the calls to one dependency. The order is fixed, outermost first:
///
/// ```text
/// with_fallback ( deadline ( retry ( limits ( breaker ( attempt timeout ( call ) ) ) ) ) )
/// ```
///
/// So the deadline limits all attempts and the waits between them. Each attempt asks the limits and then the
/// breaker, and a refusal ends the retries. The breaker sees the result of each attempt, including timeouts.
/// Parts that are not set cost nothing. Wrap the call in [`with_fallback`](crate::with_fallback) to add
/// fallbacks.
///
/// ```
/// use errcode_core::{AppError, Failure};
/// use errcode_resilience::{CircuitBreaker, Dependency, Policy, Retry};
/// use std::{sync::LazyLock, time::Duration};
///
/// #[derive(Debug, AppError)]
/// enum LlmError {
///     #[error("the model answered {0}", code = "E5004", category = external, retryable(after = "1s"))]
///     Unavailable(u16),
/// }
///
/// static LLM: Dependency = Dependency::new("llm");
/// static POLICY: LazyLock<Policy> = LazyLock::new(|| {
///     Policy::new(&LLM)
///         .deadline(Duration::from_secs(20))
///         .retry(Retry::new(3))
///         .breaker(CircuitBreaker::consecutive(5, Duration::from_secs(30), 3))
///         .attempt_timeout(Duration::from_secs(8))
/// });
///
/// async fn ask(question: &str) -> Result<String, LlmError> {
///     Ok(format!("{question} 42."))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// let answer = POLICY.call(|| ask("What is the answer?")).await?;
/// assert_eq!(answer, "What is the answer? 42.");
/// # Ok::<(), Failure>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Policy<C = ByHints> {
    plan: Plan,
    classify: C,
}

/// The part that does not depend on the types of the calls.
#[derive(Clone)]
struct Plan {
    dependency: &'static Dependency,
    deadline: Option<Duration>,
    retry: Option<Retry>,
    limits: Option<Limits>,
    breaker: Option<CircuitBreaker>,
    attempt_timeout: Option<Duration>,
}

/// When a call must end.
#[derive(Clone, Copy)]
struct Due {
    at: Option<Instant>,
    /// The deadline is the policy's own, not the caller's.
    is_own: bool,
}

/// What a call has until it ends.
#[derive(Default)]
struct Kept<'p> {
    permit: Option<Permit<'p>>,
    slot: Option<Slot<'p>>,
}

/// The outcome of an attempt that did not succeed.
enum Ended<T, E> {
    Result(Result<T, E>, Class),
    TimedOut(Duration),
    DeadlineExceeded(Health),
    Refused(Refusal),
    #[cfg(feature = "inject")]
    Injected(errcode_core::Failure),
}

impl Policy {
    /// Creates a policy without any part, for this dependency.
    #[must_use]
    pub const fn new(dependency: &'static Dependency) -> Self {
        let plan = Plan {
            dependency,
            deadline: None,
            retry: None,
            limits: None,
            breaker: None,
            attempt_timeout: None,
        };
        Self { plan, classify: ByHints }
    }
}

impl<C> Policy<C> {
    /// Sets the time for the whole call, including all attempts and waits. An earlier deadline of the current
    /// request or task takes precedence. The deadline is propagated, see
    /// [`Context::outgoing`](errcode_runtime::Context::outgoing).
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.plan.deadline = Some(deadline);
        self
    }

    /// Sets how often a failed call is repeated.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.plan.retry = Some(retry);
        self
    }

    /// Sets the limits on concurrent calls and on their rate.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.plan.limits = Some(limits);
        self
    }

    /// Adds a circuit breaker.
    #[must_use]
    pub fn breaker(self, breaker: CircuitBreakerBuilder) -> Self {
        let breaker = breaker.build(self.plan.dependency);
        self.shared_breaker(breaker)
    }

    /// Adds a circuit breaker that is shared with other policies.
    #[must_use]
    pub fn shared_breaker(mut self, breaker: CircuitBreaker) -> Self {
        self.plan.breaker = Some(breaker);
        self
    }

    /// Sets the timeout of one attempt. An attempt that times out has failed, and may be repeated. One that is ready
    /// when it is polled has not timed out, so with a timeout of zero calls that need no wait succeed.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.plan.attempt_timeout = Some(timeout);
        self
    }

    /// Sets the classification of results, for results that do not have errcode's codes.
    #[must_use]
    pub fn classify<D>(self, classify: D) -> Policy<D> {
        Policy { plan: self.plan, classify }
    }

    /// Returns the dependency.
    #[must_use]
    pub fn dependency(&self) -> &'static Dependency {
        self.plan.dependency
    }

    /// Returns the circuit breaker.
    #[must_use]
    pub fn circuit_breaker(&self) -> Option<&CircuitBreaker> {
        self.plan.breaker.as_ref()
    }

    /// Makes a call that may be repeated: a read, or a write with an idempotency key.
    ///
    /// Dropping the future cancels the call: its attempt counts neither way, and its slot and permit are
    /// released.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt, or the reason why there was no attempt.
    #[inline]
    pub fn call<T, E, F, A>(&self, make: F) -> impl Future<Output = Result<T, CallError<E>>>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<T, E>>,
        C: Classify<T, E>,
        E: fmt::Display,
    {
        self.run(true, make)
    }

    /// Makes a call that must not be repeated: a write without an idempotency key. It is attempted once.
    ///
    /// # Errors
    ///
    /// Returns the call's error, or the reason why it was not made.
    pub async fn call_once<T, E, F, A>(&self, make: F) -> Result<T, CallError<E>>
    where
        F: FnOnce() -> A,
        A: Future<Output = Result<T, E>>,
        C: Classify<T, E>,
        E: fmt::Display,
    {
        self.run(false, once(make)).await
    }

    /// Makes a call that begins to answer and goes on, for example with a stream. It may be repeated until it
    /// begins. The breaker counts it when it [ends](Ongoing), not when it begins, and until then it is one of the
    /// concurrent calls that are limited.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt to begin, or the reason why there was no attempt.
    pub async fn open<T, E, F, A>(&self, make: F) -> Result<Ongoing<T>, CallError<E>>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<T, E>>,
        C: Classify<T, E>,
        E: fmt::Display,
    {
        self.begin(true, make).await
    }

    /// Makes a call that goes on, as [`open`](Self::open) does, and must not be repeated. It is attempted once.
    ///
    /// # Errors
    ///
    /// Returns the call's error, or the reason why it was not made.
    pub async fn open_once<T, E, F, A>(&self, make: F) -> Result<Ongoing<T>, CallError<E>>
    where
        F: FnOnce() -> A,
        A: Future<Output = Result<T, E>>,
        C: Classify<T, E>,
        E: fmt::Display,
    {
        self.begin(false, once(make)).await
    }

    async fn begin<T, E, F, A>(&self, repeatable: bool, make: F) -> Result<Ongoing<T>, CallError<E>>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<T, E>>,
        C: Classify<T, E>,
        E: fmt::Display,
    {
        let refused = |refusal| CallError::new(Reason::Refused(refusal), None);
        let due = self.plan.due().map_err(refused)?;
        self.plan.dependency.budget().deposit();
        let finish = |value, Kept { permit, slot }: Kept<'_>| {
            let permit = permit.zip(self.circuit_breaker());
            let end = CallEnd {
                permit: permit.map(|(permit, breaker)| permit.held(breaker)),
                slot: slot.map(Slot::held),
            };
            Ongoing { value, end }
        };
        self.rest(repeatable, make, due, Before::Waiting, finish).await
    }

    #[inline]
    fn run<T, E, F, A>(
        &self,
        repeatable: bool,
        make: F,
    ) -> impl Future<Output = Result<T, CallError<E>>>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<T, E>>,
        C: Classify<T, E>,
        E: fmt::Display,
    {
        let finish = |value, kept: Kept<'_>| {
            if let Some(permit) = kept.permit {
                permit.success();
            }
            value
        };
        Calling::new(self, make, move |make, due, before| {
            self.rest(repeatable, make, due, before, finish)
        })
    }

    /// Makes the attempts after the first one.
    async fn rest<T, U, E, F, A>(
        &self,
        repeatable: bool,
        mut make: F,
        due: Due,
        before: Before<T, E>,
        finish: impl FnOnce(T, Kept<'_>) -> U,
    ) -> Result<U, CallError<E>>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<T, E>>,
        C: Classify<T, E>,
        E: fmt::Display,
    {
        let plan = &self.plan;
        let mut course = Course::new(plan.dependency, plan.retry.as_ref(), due.at, repeatable);
        let (mut ended, mut paid) = match before {
            Before::Ended(ended) => (Some(ended), None),
            Before::Waiting => (None, None),
        };
        let mut kept = Kept::default();
        loop {
            if let Some(last) = ended.take() {
                let Some((wait, again)) = course.after(&last) else {
                    return course.end(last).map(|value| finish(value, kept));
                };
                kept = Kept::default();
                tokio::time::sleep(wait).await;
                paid = Some(again);
            }
            match self.attempt(course.number(), due, paid.take(), &mut make, &mut kept).await {
                Ok(value) => return Ok(finish(value, kept)),
                Err(last) => ended = Some(last),
            }
        }
    }

    /// Makes one attempt, with the limits, the breaker and the timeout.
    async fn attempt<'p, T, E, A>(
        &'p self,
        number: u32,
        due: Due,
        paid: Option<Withdrawn>,
        make: &mut impl FnMut() -> A,
        kept: &mut Kept<'p>,
    ) -> Result<T, Ended<T, E>>
    where
        A: Future<Output = Result<T, E>>,
        C: Classify<T, E>,
    {
        let plan = &self.plan;
        let slot = match &plan.limits {
            None => None,
            Some(limits) => {
                limits.acquire(plan.dependency.name(), due.at).await.map_err(Ended::Refused)?
            }
        };
        let mut permit = match &plan.breaker {
            None => None,
            Some(breaker) => Some(breaker.try_acquire().map_err(|refusal| plan.refused(refusal))?),
        };
        if let Some(paid) = paid {
            paid.spend();
        }
        #[cfg(feature = "inject")]
        if let Some(failure) = crate::inject::failure(plan.dependency.name()) {
            let ended = Ended::Injected(failure);
            ended.tell(permit);
            return Err(ended);
        }
        let scope = plan.scope(number, due);
        let call = on_panic(&mut permit, make);
        let polled = Attempting::new(call, &mut permit, scope, plan.attempt_timeout).await;
        match self.judge(polled, scope, due, permit) {
            Ok((value, permit)) => {
                *kept = Kept { permit, slot };
                Ok(value)
            }
            Err(ended) => {
                // A value goes on even if it counts as a failure, which the breaker knows already.
                if matches!(ended, Ended::Result(Ok(_), _)) {
                    *kept = Kept { permit: None, slot };
                }
                Err(ended)
            }
        }
    }
}

fn once<A>(make: impl FnOnce() -> A) -> impl FnMut() -> A {
    let mut make = Some(make);
    move || make.take().expect("a call that must not be repeated is made once")()
}

impl<T, E> Ended<T, E> {
    /// Records the result in the breaker.
    #[cold]
    fn tell(&self, permit: Option<Permit<'_>>) {
        let health = match self {
            Self::Result(_, class) => class.health,
            Self::TimedOut(_) => Health::Bad,
            Self::DeadlineExceeded(health) => *health,
            Self::Refused(_) => Health::Unknown,
            #[cfg(feature = "inject")]
            Self::Injected(failure) => Class::from(errcode_core::Hinted::hints(failure)).health,
        };
        match (permit, health) {
            (Some(permit), Health::Good) => permit.success(),
            (Some(permit), Health::Bad) => permit.failure(),
            (Some(_), Health::Unknown) | (None, _) => {}
        }
    }
}

impl Plan {
    /// Returns the end of a call that the breaker refused.
    #[cold]
    fn refused<T, E>(&self, refusal: Refusal) -> Ended<T, E> {
        if let Some(limits) = &self.limits {
            limits.give_back();
        }
        Ended::Refused(refusal)
    }

    #[inline]
    fn due(&self) -> Result<Due, Refusal> {
        match (self.deadline, errcode_runtime::deadline()) {
            (None, None) => Ok(Due { at: None, is_own: false }),
            (Some(own), None) => Ok(Due { at: Instant::now().checked_add(own), is_own: true }),
            (own, Some(inherited)) => self.due_within(own, inherited),
        }
    }

    /// Returns the earlier one of the policy's own deadline and that of the current context.
    #[cold]
    fn due_within(&self, own: Option<Duration>, inherited: Instant) -> Result<Due, Refusal> {
        let now = Instant::now();
        if inherited <= now {
            return Err(Refusal::emit(self.dependency.name(), RefusedBy::Deadline, None));
        }
        let own = own.and_then(|own| now.checked_add(own)).filter(|own| *own <= inherited);
        Ok(Due { at: own.or(Some(inherited)), is_own: own.is_some() })
    }

    #[inline]
    fn scope(&self, number: u32, due: Due) -> Attempt {
        Attempt::new(self.dependency.name(), number, due.at)
    }

    /// Returns how an attempt counts that the deadline cut off. Without a timeout of its own, the first attempt
    /// had all the time of the policy, and a hanging dependency must open the breaker. Any other attempt had
    /// less time than it may need, so it does not count.
    fn hung(&self, scope: Attempt, due: Due) -> Health {
        let had_all = scope.number == 1 && due.is_own && self.attempt_timeout.is_none();
        if had_all { Health::Bad } else { Health::Unknown }
    }
}

impl<C> fmt::Debug for Policy<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("dependency", &self.plan.dependency)
            .field("deadline", &self.plan.deadline)
            .field("retry", &self.plan.retry)
            .field("limits", &self.plan.limits)
            .field("breaker", &self.plan.breaker)
            .field("attempt_timeout", &self.plan.attempt_timeout)
            .finish_non_exhaustive()
    }
}
