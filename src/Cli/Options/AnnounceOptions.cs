using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Options;

/// <summary>The settings of <c>watch</c> that share a run among workers.</summary>
internal static class AnnounceOptions
{
    private static readonly Setting Announce = Setting.Flag("announce", "compute nothing here: announce each checkpoint to workers through Kafka and assemble the run from what they commit");
    private static readonly Setting LayerGroups = Setting.Valued("layer-groups", "N|0-3,4-7", "how the layers are shared among workers: a number of groups, or the groups; default 1");

    /// <summary>Both.</summary>
    public static Setting[] All { get; } = [Announce, LayerGroups];

    /// <summary>Reads them; what is wrong is added to the problems.</summary>
    /// <param name="reader">The layers of this invocation.</param>
    /// <param name="watch">The other settings.</param>
    /// <param name="kafka">The broker; null when none is named.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>How the layers are shared; null when the run is not announced.</returns>
    public static LayerGroupPlan? Read(SettingReader reader, WatchSettings watch, KafkaChoice? kafka, ICollection<SettingProblem> problems)
    {
        if (!reader.Flag(Announce))
        {
            if (reader.Text(LayerGroups) is not null)
                problems.Add(new(LayerGroups.Switch, "there are no workers among whom layers could be shared", $"add {Announce.Switch}, or leave it out"));
            return null;
        }

        if (kafka is null)
            problems.Add(new(Announce.Switch, "there is no broker through which workers could be told", $"give {KafkaOptions.Servers.Switch} HOST:PORT"));
        if (watch.Source == CheckpointKind.Activations)
            problems.Add(new(Announce.Switch, "streams of activations are not announced: reading them is what costs, and every worker would read them", "watch them in one process, or leave out --source activations"));
        if (watch.Late == LatePolicy.Insert)
            problems.Add(new(Announce.Switch, "checkpoints that come late are not inserted by workers", "leave out --late insert, or watch in one process"));
        if (PathPart.Problem(watch.RunName) is { } name)
            problems.Add(new("--out", $"the run's name \"{watch.RunName}\" {name}, which workers on other systems could not make a folder of", "give --out a folder of another name"));
        return reader.Parsed(LayerGroups, LayerGroupPlan.One, "a number of groups, or ranges of layers such as 0-3,4-7", text => LayerGroupPlan.TryParse(text, out var plan) ? plan : null);
    }
}
