using Apache.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>health</c>: the only one with figures that differ from run to run (seconds, tokens per second, the lag).</summary>
internal static class HealthTable
{
    public static RecordBatch Encode(RunIdentity run, CheckpointResult result) => new TableWriter<HealthRow>(result.Health)
        .Int64("step", _ => result.Step)
        .Int32("layer", row => row.Layer)
        .NullableDouble("lm_loss", row => row.LmLoss)
        .Double("fvu", row => row.Fvu)
        .Double("l0", row => row.L0)
        .Double("dead_fraction", row => row.DeadFraction)
        .Double("dense_fraction", row => row.DenseFraction)
        .Double("cosine_reconstruction", row => row.CosineReconstruction)
        .Double("norm_ratio", row => row.NormRatio)
        .Int64("tokens", row => row.Tokens)
        .Double("tokens_per_second", row => row.TokensPerSecond)
        .Double("seconds_capture", row => row.SecondsCapture)
        .Double("seconds_train", row => row.SecondsTrain)
        .Double("seconds_measure", row => row.SecondsMeasure)
        .Double("seconds_curves", row => row.SecondsCurves)
        .NullableDouble("weight_distance", row => row.WeightDistance)
        .NullableDouble("layer_weight_distance", row => row.LayerWeightDistance)
        .Int32("waiting", row => row.Waiting)
        .Double("lag_seconds", row => row.LagSeconds)
        .Build(Tables.Health, run);

    public static HealthRow[] Decode(TableReader table)
    {
        var layer = table.Int32("layer");
        var loss = table.NullableDouble("lm_loss");
        var fvu = table.Double("fvu");
        var l0 = table.Double("l0");
        var dead = table.Double("dead_fraction");
        var dense = table.Double("dense_fraction");
        var cosine = table.Double("cosine_reconstruction");
        var norm = table.Double("norm_ratio");
        var tokens = table.Int64("tokens");
        var speed = table.Double("tokens_per_second");
        var capture = table.Double("seconds_capture");
        var train = table.Double("seconds_train");
        var measure = table.Double("seconds_measure");
        var curves = table.Double("seconds_curves");
        var distance = table.OptionalDouble("weight_distance");
        var layerDistance = table.OptionalDouble("layer_weight_distance");

        // Runs that began before these columns were added lack them.
        var waiting = table.Has("waiting") ? table.Int32("waiting") : new int[table.Length];
        var lag = table.Has("lag_seconds") ? table.Double("lag_seconds") : new double[table.Length];
        return table.Rows(i => new HealthRow(
            layer[i], loss[i], fvu[i], l0[i], dead[i], dense[i], cosine[i], norm[i], tokens[i], speed[i], capture[i], train[i], measure[i], curves[i],
            distance[i], layerDistance[i], waiting[i], lag[i]));
    }
}
