namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Whether the broker answers, and since when it does not.</summary>
/// <param name="patience">How long it may be away; null for ever.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Told when it goes and comes back.</param>
internal sealed class BrokerHealth(TimeSpan? patience, TimeProvider time, Action<PublishEvent> tell)
{
    private DateTimeOffset? _since;
    private int _failures;
    private bool _told;

    /// <summary>How long it has been away.</summary>
    public TimeSpan Away => _since is { } since ? time.GetUtcNow() - since : TimeSpan.Zero;

    /// <summary>Whether it is worth while to try again.</summary>
    public bool IsPatient => patience is null || Away < patience;

    /// <summary>A call has failed.</summary>
    public void Failed(Exception? failure)
    {
        _since ??= time.GetUtcNow();
        if (++_failures >= PublishLimits.FailuresBeforeAway && !_told)
        {
            _told = true;
            tell(new BrokerAway(_since.Value, failure?.Message ?? "no answer"));
        }
    }

    /// <summary>Something has been achieved: the id taken over and the cursor read, or a commit.</summary>
    public void Worked()
    {
        if (_told)
        {
            tell(new BrokerBack(_since!.Value));
        }

        (_since, _failures, _told) = (null, 0, false);
    }
}
