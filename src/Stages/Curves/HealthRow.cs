namespace Emergence.Stages.Curves;

/// <summary>
/// How well a layer's SAE does, once per step and layer (table <c>health</c>). Seconds and the lag differ from run to run;
/// everything else is a function of the inputs and the seed.
/// </summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="LmLoss">Language-model loss on the fixed batch, nats per token; null when it is not known.</param>
/// <param name="Fvu">Fraction of variance unexplained on the probe set, Σ‖x−x̂‖² / Σ‖x−x̄‖².</param>
/// <param name="L0">Mean number of firing features per probe token.</param>
/// <param name="DeadFraction">Share of features that fire on no probe token.</param>
/// <param name="DenseFraction">Share of features with density above 1/10.</param>
/// <param name="CosineReconstruction">Mean cos(x, x̂) over probe tokens.</param>
/// <param name="NormRatio">Mean ‖x̂‖/‖x‖ over probe tokens.</param>
/// <param name="Tokens">Tokens the SAE trained on at this checkpoint.</param>
/// <param name="TokensPerSecond">Those over the seconds spent training this layer's SAE.</param>
/// <param name="SecondsCapture">Seconds in the forward pass at this checkpoint (all layers together).</param>
/// <param name="SecondsTrain">Seconds training this layer's SAE.</param>
/// <param name="SecondsMeasure">Seconds encoding and counting the probe set at this layer.</param>
/// <param name="SecondsCurves">Seconds computing this layer's curves.</param>
/// <param name="WeightDistance">Relative distance of the model's weights from those of the used step before, ‖W − W'‖/‖W'‖, estimated to about 1 %; null at the first.</param>
/// <param name="LayerWeightDistance">The same of this block's own parameters.</param>
/// <param name="Waiting">Checkpoints that had arrived and waited when this one was committed.</param>
/// <param name="LagSeconds">Seconds from this checkpoint's arrival to its commit.</param>
public sealed record HealthRow(
    int Layer,
    double? LmLoss,
    double Fvu,
    double L0,
    double DeadFraction,
    double DenseFraction,
    double CosineReconstruction,
    double NormRatio,
    long Tokens,
    double TokensPerSecond,
    double SecondsCapture,
    double SecondsTrain,
    double SecondsMeasure,
    double SecondsCurves,
    double? WeightDistance = null,
    double? LayerWeightDistance = null,
    int Waiting = 0,
    double LagSeconds = 0);
