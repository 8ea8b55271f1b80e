namespace Emergence.Pipeline.Announcing;

/// <summary>A checkpoint that was announced to every group.</summary>
/// <param name="Number">Its number in the order of announcing, from 1.</param>
/// <param name="Step">Its step.</param>
/// <param name="Spoken">Steps that were spoken of with it and are done with thereby: late ones and those passed over.</param>
internal sealed record JournalEntry(long Number, long Step, IReadOnlyList<long> Spoken)
{
    /// <summary>The entry of an announcement.</summary>
    public static JournalEntry Of(Announcement announcement) =>
        new(announcement.Number, announcement.Step, [.. announcement.Earlier.Where(e => e.Kind is ArrivalKind.Late or ArrivalKind.PassedOver).Select(e => e.Step)]);
}
