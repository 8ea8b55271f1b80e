using Emergence.Sinks.RunFolder;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>Something a person who follows the publishing wants to see.</summary>
public abstract record PublishEvent;

/// <summary>A commit is in the topics for good.</summary>
/// <param name="Commit">Which one.</param>
/// <param name="Messages">Messages of its tables; 0 when it was found published after a commit in doubt.</param>
/// <param name="Bytes">Bytes of their values.</param>
/// <param name="Pending">Commits that were known to wait behind it.</param>
public sealed record CommitPublished(CommitEntry Commit, int Messages, long Bytes, int Pending) : PublishEvent;

/// <summary>The broker does not answer, or not as it should; it is asked again and again.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Reason">What its client says.</param>
public sealed record BrokerAway(DateTimeOffset Since, string Reason) : PublishEvent;

/// <summary>The broker answers again.</summary>
/// <param name="Since">Since when it was away.</param>
public sealed record BrokerBack(DateTimeOffset Since) : PublishEvent;
