namespace Emergence.Cli.Tail;

/// <summary>Takes what is to be said beside the rows.</summary>
internal interface ITailNotes
{
    /// <summary>Something that should have been readable was not, and was passed over.</summary>
    /// <param name="what">What, and why.</param>
    void Refused(string what);

    /// <summary>Something that is as it may be.</summary>
    /// <param name="what">A sentence without its full stop.</param>
    void Told(string what);
}
