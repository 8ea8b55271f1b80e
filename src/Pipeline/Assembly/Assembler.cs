using Emergence.Pipeline.Announcing;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Assembly;

/// <summary>
/// Makes the run folder out of its groups' folders, step by step in the order of announcing, as all groups have committed each. It keeps
/// nothing but the run folder itself: started again, it goes on behind its last commit. Not for several threads at once.
/// </summary>
/// <param name="store">The run folder; stays the caller's.</param>
/// <param name="groups">The groups' folders, in the order of their layers.</param>
internal sealed class Assembler(RunFolderStore store, IReadOnlyList<GroupFolder> groups)
{
    private readonly HashSet<long> _assembled = [.. store.Commits.Select(c => c.Step)];
    private readonly HashSet<long> _nowhere = [];

    /// <summary>What was announced and is not assembled.</summary>
    /// <param name="announced">What was announced.</param>
    public IReadOnlyList<JournalEntry> Outstanding(IReadOnlyList<JournalEntry> announced) => [.. announced.Where(e => !_assembled.Contains(e.Step) && !_nowhere.Contains(e.Step))];

    /// <summary>Groups that have not committed a step.</summary>
    /// <param name="step">The step.</param>
    public IReadOnlyList<LayerGroup> Without(long step) => [.. groups.Where(g => !g.Steps().Contains(step)).Select(g => g.Group)];

    /// <summary>Assembles every step that can be.</summary>
    /// <param name="announced">What was announced.</param>
    /// <returns>What was committed, step by step; the commit has happened when the element is handed out.</returns>
    /// <exception cref="BadInputException">A group's folder is damaged, or the disk is full or read-only.</exception>
    public IEnumerable<AssembledStep> Assemble(IReadOnlyList<JournalEntry> announced)
    {
        var outstanding = Outstanding(announced);
        if (outstanding.Count == 0)
        {
            yield break;
        }

        var steps = groups.Select(g => g.Steps()).ToArray();

        // Each group goes through the announcements in order, so what lies before its last commit it has met, and cannot use where it has no commit.
        var met = steps.Select(s => announced.LastOrDefault(e => s.Contains(e.Step))?.Number ?? 0).ToArray();
        foreach (var entry in outstanding)
        {
            if (!Enumerable.Range(0, groups.Count).All(g => met[g] >= entry.Number))
            {
                yield break;
            }

            RunFolderReader[] committed = [.. groups.Where((_, g) => steps[g].Contains(entry.Step)).Select(g => g.Reader)];
            if (committed.Length == 0)
            {
                _nowhere.Add(entry.Step);
                continue;
            }

            yield return Commit(MergedStep.Read(entry.Step, committed));
        }
    }

    private AssembledStep Commit(MergedStep merged)
    {
        var commit = merged.Refused ? store.CommitRefusal(merged.Result, merged.ModelHash) : store.Commit(merged.Result, merged.Details(), merged.Parts());
        _assembled.Add(commit.Step);
        return new AssembledStep(commit, merged.Result);
    }
}
