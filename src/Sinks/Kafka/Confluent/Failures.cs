using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Tells the library's errors apart as its documentation does: fatal, to be aborted, retriable; and those no retry mends.</summary>
internal static class Failures
{
    /// <summary>What an exception of the library means.</summary>
    /// <param name="what">What failed, such as <c>the commit of a transaction</c>.</param>
    /// <param name="exception">The exception.</param>
    /// <param name="events">What was reported meanwhile.</param>
    public static KafkaFailureException Of(string what, KafkaException exception, ClientEvents events) =>
        Make(what, exception.Error, KindOf(exception), events, exception);

    /// <summary>What an error in a report of the library means.</summary>
    /// <param name="what">What failed.</param>
    /// <param name="error">The error.</param>
    /// <param name="otherwise">What it means when neither fatal nor a mistake in the settings.</param>
    /// <param name="events">What was reported meanwhile.</param>
    public static KafkaFailureException Of(string what, Error error, FailureKind otherwise, ClientEvents events) =>
        Make(what, error, Certain(error) ?? otherwise, events, null);

    /// <summary>No broker answered.</summary>
    /// <param name="what">What failed.</param>
    /// <param name="servers">The brokers that were named.</param>
    /// <param name="events">What was reported meanwhile.</param>
    /// <param name="exception">The library's exception.</param>
    public static KafkaFailureException Unreachable(string what, string servers, ClientEvents events, KafkaException? exception = null)
    {
        if (events.Refusal is { } refusal)
            return Make(what, refusal, FailureKind.Misconfigured, events, exception);
        var code = exception?.Error.Code ?? ErrorCode.Local_TimedOut;
        var why = events.Connection ?? (exception is null ? "no answer" : exception.Error.Reason);
        return new(FailureKind.Retriable, Name(code), events.Secrets.Redact($"{what} failed: Kafka at {servers} does not answer ({why})"), exception);
    }

    /// <summary>Whether a broker refused the credentials; a connection that broke meanwhile is none.</summary>
    /// <param name="error">The error.</param>
    public static bool IsRefusal(Error error) => error.Code switch
    {
        ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedSaslMechanism or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed
            or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed => true,
        ErrorCode.Local_Authentication => !error.Reason.Contains("isconnected", StringComparison.Ordinal) && !error.Reason.Contains("timed out", StringComparison.OrdinalIgnoreCase),
        ErrorCode.Local_Ssl => error.Reason.Contains("certificate", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>Whether a call may go on waiting: nothing was refused, the answer is only not there yet.</summary>
    /// <param name="exception">The exception.</param>
    public static bool IsPatient(KafkaException exception) =>
        exception.Error.Code is ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_Transport or ErrorCode.Local_WaitCoord or ErrorCode.Local_Retry
            // An older producer's transaction is being ended, or its coordinator has just moved.
            or ErrorCode.ConcurrentTransactions or ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup
        && !exception.Error.IsFatal && exception is not KafkaTxnRequiresAbortException;

    private static FailureKind KindOf(KafkaException exception)
    {
        if (exception is KafkaTxnRequiresAbortException)
            return IsMisconfigured(exception.Error.Code) ? FailureKind.Misconfigured : FailureKind.Abortable;
        if (Certain(exception.Error) is { } kind)
            return kind;
        // "All other errors" of the calls of a transaction leave the producer in a state that is not known.
        return exception is KafkaRetriableException || IsTransient(exception.Error.Code) ? FailureKind.Retriable : FailureKind.ProducerLost;
    }

    private static FailureKind? Certain(Error error) => error.Code switch
    {
        ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch => FailureKind.Fenced,
        _ when IsMisconfigured(error.Code) => FailureKind.Misconfigured,
        _ when error.IsFatal => FailureKind.ProducerLost,
        _ => null,
    };

    private static bool IsMisconfigured(ErrorCode code) => code is
        ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState or ErrorCode.Local_Authentication
        or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed
        or ErrorCode.SecurityDisabled or ErrorCode.DelegationTokenAuthDisabled or ErrorCode.DelegationTokenAuthorizationFailed
        or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.UnknownTopicOrPart or ErrorCode.TopicException
        or ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidTransactionTimeout or ErrorCode.InvalidRequiredAcks or ErrorCode.InvalidConfig
        or ErrorCode.InvalidPartitions or ErrorCode.InvalidReplicationFactor or ErrorCode.InvalidReplicaAssignment or ErrorCode.PolicyViolation
        or ErrorCode.UnsupportedVersion or ErrorCode.UnsupportedForMessageFormat or ErrorCode.Local_UnsupportedFeature or ErrorCode.Local_NotImplemented or ErrorCode.Local_InvalidArg;

    private static bool IsTransient(ErrorCode code) => code is
        ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve or ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_MsgTimedOut
        or ErrorCode.Local_Ssl or ErrorCode.Local_WaitCoord or ErrorCode.Local_WaitCache or ErrorCode.Local_Retry or ErrorCode.Local_UnknownBroker or ErrorCode.Local_NodeUpdate
        or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition or ErrorCode.RequestTimedOut or ErrorCode.BrokerNotAvailable or ErrorCode.ReplicaNotAvailable
        or ErrorCode.NetworkException or ErrorCode.NotController or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend
        or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupLoadInProgress or ErrorCode.ConcurrentTransactions
        or ErrorCode.KafkaStorageError or ErrorCode.ThrottlingQuotaExceeded or ErrorCode.UnknownLeaderEpoch or ErrorCode.FencedLeaderEpoch or ErrorCode.OffsetNotAvailable;

    private static KafkaFailureException Make(string what, Error error, FailureKind kind, ClientEvents events, Exception? inner)
    {
        var why = error.Reason.TrimEnd('.');
        var more = kind is FailureKind.Retriable && events.Connection is { } connection && !why.Contains(connection, StringComparison.Ordinal) ? $"; {connection}" : "";
        return new(kind, Name(error.Code), events.Secrets.Redact($"{what} failed: {why} ({Name(error.Code)}){more}"), inner);
    }

    private static string Name(ErrorCode code) => code.ToString();
}
