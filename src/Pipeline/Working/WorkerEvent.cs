using Emergence.Pipeline.Progress;

namespace Emergence.Pipeline.Working;

/// <summary>Something a person who looks after a worker wants to see. Told from one thread at a time.</summary>
public abstract record WorkerEvent;

/// <summary>The worker has asked to be a member of the group.</summary>
/// <param name="Group">Name of the consumer group.</param>
/// <param name="Topic">Where work is announced.</param>
public sealed record WorkerJoined(string Group, string Topic) : WorkerEvent;

/// <summary>A layer group's run told something.</summary>
/// <param name="Key">Run and layer group.</param>
/// <param name="Told">What.</param>
public sealed record GroupTold(string Key, WatchEvent Told) : WorkerEvent;

/// <summary>A checkpoint's rows are in the topics, and its announcement is dealt with.</summary>
/// <param name="Key">Run and layer group.</param>
/// <param name="Step">Training step.</param>
/// <param name="Anew">Whether it was worked on now; otherwise it had been committed before.</param>
public sealed record WorkPublished(string Key, long Step, bool Anew) : WorkerEvent;

/// <summary>A message was not an announcement that can be worked on, and is passed over.</summary>
/// <param name="Problem">Where it lies, what is wrong and how to mend it.</param>
public sealed record MessagePassedOver(string Problem) : WorkerEvent;

/// <summary>An announcement is of a run that no worker can open, and is passed over with all that come after it of the same run and layer group.</summary>
/// <param name="Key">Run and layer group.</param>
/// <param name="Step">Training step.</param>
/// <param name="Problem">Where the first such message lies, what is wrong and how to mend it.</param>
/// <param name="Again">Whether one of the run's group was refused before for the same reason.</param>
public sealed record WorkRefused(string Key, long Step, string Problem, bool Again) : WorkerEvent;

/// <summary>Work goes to another member of the group; what was not committed is given up.</summary>
/// <param name="Keys">Runs and layer groups that were open.</param>
/// <param name="Lost">Whether the other may have begun already.</param>
public sealed record WorkGivenUp(IReadOnlyList<string> Keys, bool Lost) : WorkerEvent;

/// <summary>Something a person should know.</summary>
/// <param name="Text">One sentence.</param>
public sealed record WorkerRemark(string Text) : WorkerEvent;
