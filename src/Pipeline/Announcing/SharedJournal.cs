namespace Emergence.Pipeline.Announcing;

/// <summary>What was announced, as one loop writes it and another reads it.</summary>
/// <param name="journal">The journal; only the writer touches it.</param>
internal sealed class SharedJournal(AnnouncementJournal journal)
{
    private volatile IReadOnlyList<JournalEntry> _entries = [.. journal.Entries];

    /// <summary>What was announced. May be read from any thread.</summary>
    public IReadOnlyList<JournalEntry> Entries => _entries;

    /// <summary>Shows what was added; called by the writer.</summary>
    public void Show() => _entries = [.. journal.Entries];
}
