using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Whether the broker answers, and since when it does not.</summary>
/// <param name="patience">How long it may be away; null for ever.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Told when it goes and comes back.</param>
internal sealed class BrokerHealth(TimeSpan? patience, TimeProvider time, Action<PublishEvent> tell)
{
    private DateTimeOffset? _began;
    private DateTimeOffset? _since;
    private KafkaFailureException? _last;
    private int _failures;
    private bool _told;

    /// <summary>How long it has been away.</summary>
    public TimeSpan Away => _since is { } since ? time.GetUtcNow() - since : TimeSpan.Zero;

    /// <summary>Whether it is worth while to try again.</summary>
    public bool IsPatient => patience is null || Away < patience;

    /// <summary>How long a call may take: not longer than there is patience, but long enough to be answered.</summary>
    /// <param name="longest">How long it may take otherwise.</param>
    public TimeSpan Longest(TimeSpan longest)
    {
        if (patience is not { } most)
        {
            return longest;
        }

        var left = most - Away;
        return left >= longest ? longest : left > PublishLimits.LeastCall ? left : PublishLimits.LeastCall;
    }

    /// <summary>What is told of a failure: what the client last said, when it is only that a call took too long.</summary>
    public string Reason(Exception? failure) => (failure as KafkaFailureException ?? _last)?.Message ?? "it does not answer";

    /// <summary>Something is begun: when it fails, the broker has been away since now.</summary>
    public void Began() => _began = time.GetUtcNow();

    /// <summary>A call has failed.</summary>
    public void Failed(Exception? failure)
    {
        _since ??= _began ?? time.GetUtcNow();
        _last = failure as KafkaFailureException ?? _last;
        if (++_failures >= PublishLimits.FailuresBeforeAway && !_told)
        {
            _told = true;
            tell(new BrokerAway(_since.Value, Reason(failure)));
        }
    }

    /// <summary>Something has been achieved: the id taken over and the cursor read, or a commit.</summary>
    public void Worked()
    {
        if (_told)
        {
            tell(new BrokerBack(_since!.Value));
        }

        (_since, _last, _failures, _told) = (null, null, 0, false);
    }
}
