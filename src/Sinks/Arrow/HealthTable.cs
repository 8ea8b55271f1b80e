using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>health</c>: the only one with figures that differ from run to run (seconds, tokens per second, the lag).</summary>
internal static class HealthTable
{
    public static TableWriter Write(CheckpointResult result) => RowTableWriter<HealthRow>.Of(result.Health)
        .Step(result.Step)
        .Int32("layer", ColumnDoc.Layer, row => row.Layer)
        .NullableDouble("lm_loss", new("Language-model loss on the fixed batch, the same in every layer; null when it is not known", "nats per token", ColumnDoc.Count), row => row.LmLoss)
        .Double("fvu", new("Fraction of variance unexplained by the SAE on the probe set", "share", "0 and up; above 1 it is worse than the mean"), row => row.Fvu)
        .Double("l0", new("Mean number of firing features per probe token", "features", ColumnDoc.Count), row => row.L0)
        .Double("dead_fraction", new("Share of features that fire on no probe token", "share", ColumnDoc.Share), row => row.DeadFraction)
        .Double("dense_fraction", new("Share of features with a density above 1/10", "share", ColumnDoc.Share), row => row.DenseFraction)
        .Double("cosine_reconstruction", new("Mean cosine of an activation and its reconstruction", "cosine", "-1 to 1"), row => row.CosineReconstruction)
        .Double("norm_ratio", new("Mean norm of the reconstruction over that of the activation", "ratio", ColumnDoc.Count), row => row.NormRatio)
        .Int64("tokens", new("Tokens the SAE trained on at this checkpoint", "tokens", ColumnDoc.Count), row => row.Tokens)
        .Double("tokens_per_second", new("Those over the seconds spent training this layer's SAE", "tokens per second", ColumnDoc.Count), row => row.TokensPerSecond)
        .Double("seconds_capture", new("Time in the forward pass, all layers together", "seconds", ColumnDoc.Count), row => row.SecondsCapture)
        .Double("seconds_train", new("Time training this layer's SAE", "seconds", ColumnDoc.Count), row => row.SecondsTrain)
        .Double("seconds_measure", new("Time encoding and counting the probe set at this layer", "seconds", ColumnDoc.Count), row => row.SecondsMeasure)
        .Double("seconds_curves", new("Time computing this layer's curves", "seconds", ColumnDoc.Count), row => row.SecondsCurves)
        .NullableDouble("weight_distance", new("Relative distance of the model's weights from those of the used step before, to about 1 %; null at the first", "ratio", ColumnDoc.Count) { IsAdded = true }, row => row.WeightDistance)
        .NullableDouble("layer_weight_distance", new("The same of this block's own parameters", "ratio", ColumnDoc.Count) { IsAdded = true }, row => row.LayerWeightDistance)
        .Int32("waiting", new("Checkpoints that had arrived and waited when this one was committed", "checkpoints", ColumnDoc.Count) { IsAdded = true }, row => row.Waiting)
        .Double("lag_seconds", new("Time from the checkpoint's arrival to its commit", "seconds", ColumnDoc.Count) { IsAdded = true }, row => row.LagSeconds);

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
