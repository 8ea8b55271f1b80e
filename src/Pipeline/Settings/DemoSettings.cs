namespace Emergence.Pipeline.Settings;

/// <summary>What the demo is asked to do: train a small language model on real text and watch it at the same time.</summary>
public sealed record DemoSettings
{
    /// <summary>Folder that receives the demo's checkpoints and its run; made when it does not exist, continued when it does.</summary>
    public required string Out { get; init; }

    /// <summary>About a minute instead of about five: fewer training steps, smaller SAEs. Default false.</summary>
    public bool Quick { get; init; }

    /// <summary>Seed of the model, the text's split and the run. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>The broker to which the run is published as it is committed; null (default) publishes nothing.</summary>
    public KafkaOutlet? Kafka { get; init; }

    /// <summary>Says everything that is wrong, each with its remedy; empty when the demo can start.</summary>
    /// <returns>Problems in the order of the settings; nothing is written.</returns>
    public IReadOnlyList<SettingProblem> Problems()
    {
        var check = new SettingCheck();
        check.RunFolder("--out", Out);
        return check.Found;
    }
}
