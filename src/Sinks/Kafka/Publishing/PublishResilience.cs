using Emergence.Sinks.Kafka.Client;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>
/// How calls of the client are tried again. Each call has a longest time. What the client calls retriable is called again as it is, behind a
/// circuit breaker that all calls share; what needs another producer or a new transaction goes up to <see cref="Steps"/>.
/// </summary>
internal sealed class PublishResilience
{
    private readonly BrokerHealth _health;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;

    public PublishResilience(BrokerHealth health, TimeProvider time, Func<double> random, TimeSpan? transaction = null)
    {
        (_health, _time, _random) = (health, time, random);
        var breaker = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is TimeoutRejectedException or KafkaFailureException { Kind: FailureKind.Retriable or FailureKind.ProducerLost }),
                FailureRatio = 0.5,
                MinimumThroughput = PublishLimits.BreakerCalls,
                SamplingDuration = PublishLimits.BreakerWindow,
                BreakDuration = PublishLimits.Break,
            })
            .Build();
        Steps = Retrying(IsFailureOfStep).Build();
        Connect = Calling(breaker, PublishLimits.Connect);
        Cursor = Calling(breaker, PublishLimits.Cursor);
        LongestTransaction = (transaction ?? KafkaSettings.DefaultTransactionTimeout) * PublishLimits.ShareOfTransaction;
        // Committing sends what still waits in the client, which may be most of the transaction.
        Commit = Calling(breaker, LongestTransaction);
        Abort = Calling(breaker, PublishLimits.Abort);
        Transaction = Timed(LongestTransaction);
        LastAbort = Timed(PublishLimits.LastAbort);
    }

    /// <summary>Around a step from its first message, or an opening.</summary>
    public ResiliencePipeline Steps { get; }

    /// <summary>Around taking over the transactional id.</summary>
    public ResiliencePipeline Connect { get; }

    /// <summary>Around reading the cursor.</summary>
    public ResiliencePipeline Cursor { get; }

    /// <summary>Around a commit, and around offsets that become part of one.</summary>
    public ResiliencePipeline Commit { get; }

    /// <summary>Around an abort.</summary>
    public ResiliencePipeline Abort { get; }

    /// <summary>Around a transaction from its beginning to its commit.</summary>
    public ResiliencePipeline Transaction { get; }

    /// <summary>The longest time of <see cref="Transaction"/>.</summary>
    public TimeSpan LongestTransaction { get; }

    /// <summary>Around an abort that is only a courtesy to the topics' readers.</summary>
    public ResiliencePipeline LastAbort { get; }

    /// <summary>Whether a failure is of a kind that passes.</summary>
    public static bool Passes(Exception? failure) => IsFailureOfStep(failure) || failure is BrokenCircuitException;

    /// <summary>
    /// Exponential, half of it by chance. Polly's own exponential delay is not a number any more behind a thousand attempts, which are a
    /// night without a broker.
    /// </summary>
    /// <param name="attempt">Attempts that have failed, from 0.</param>
    /// <param name="random">From 0 to 1.</param>
    internal static TimeSpan Delay(int attempt, double random)
    {
        const int Doublings = 20;
        var longest = Math.Min(PublishLimits.LongestDelay.TotalSeconds, PublishLimits.FirstDelay.TotalSeconds * (1 << Math.Min(attempt, Doublings)));
        return TimeSpan.FromSeconds(longest * (1 + random) / 2);
    }

    private static bool IsFailureOfStep(Exception? failure) =>
        failure is TimeoutRejectedException or KafkaFailureException { Kind: FailureKind.Retriable or FailureKind.Abortable or FailureKind.ProducerLost };

    private ResiliencePipeline Calling(ResiliencePipeline breaker, TimeSpan longest) =>
        Retrying(failure => failure is BrokenCircuitException or KafkaFailureException { Kind: FailureKind.Retriable }).AddPipeline(breaker)
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = _ => ValueTask.FromResult(_health.Longest(longest)) }).Build();

    private ResiliencePipeline Timed(TimeSpan longest) => new ResiliencePipelineBuilder { TimeProvider = _time }.AddTimeout(longest).Build();

    private ResiliencePipelineBuilder Retrying(Predicate<Exception?> handled) => new ResiliencePipelineBuilder { TimeProvider = _time }.AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = args => ValueTask.FromResult(handled(args.Outcome.Exception) && _health.IsPatient),
        MaxRetryAttempts = int.MaxValue,
        DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Delay(args.AttemptNumber, _random())),
        OnRetry = args =>
        {
            _health.Failed(args.Outcome.Exception);
            return ValueTask.CompletedTask;
        },
    });
}
