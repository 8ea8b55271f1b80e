using Confluent.Kafka;
using Emergence.Sinks.Kafka.Settings;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>What the library reports beside its calls: without it a call that waits for a broker could say only that it took too long.</summary>
internal sealed class ClientEvents
{
    private readonly Action<string>? _log;
    private Error? _refusal;
    private string? _connection;

    /// <summary>Begins to listen for one client of the library.</summary>
    /// <param name="secrets">What must not be shown.</param>
    /// <param name="log">Takes the library's log.</param>
    public ClientEvents(Secrets secrets, Action<string>? log) => (Secrets, _log) = (secrets, log);

    /// <summary>What must not be shown.</summary>
    public Secrets Secrets { get; }

    /// <summary>A broker said that these credentials are not taken; null when none did since the last success.</summary>
    public Error? Refusal => Volatile.Read(ref _refusal);

    /// <summary>Why no broker can be reached; null when there was no failure since the last success.</summary>
    public string? Connection => Volatile.Read(ref _connection);

    /// <summary>A call succeeded: what was reported before is history.</summary>
    public void Succeeded()
    {
        Volatile.Write(ref _refusal, null);
        Volatile.Write(ref _connection, null);
    }

    /// <summary>Takes an error that belongs to no call.</summary>
    public void OnError(Error error)
    {
        if (Failures.IsRefusal(error))
            Volatile.Write(ref _refusal, error);
        // "All brokers are down" follows the failures of each and says less.
        if (error.Code != ErrorCode.Local_AllBrokersDown || _connection is null)
            Volatile.Write(ref _connection, Secrets.Redact(error.Reason));
        _log?.Invoke(Secrets.Redact($"{error.Code}: {error.Reason}"));
    }

    /// <summary>Takes a line of the library's log.</summary>
    public void OnLog(LogMessage line) => _log?.Invoke(Secrets.Redact($"{line.Facility}: {line.Message}"));
}
