namespace Emergence.Stages.Curves;

/// <summary>Where a feature is in its life (METRICS, feature identity).</summary>
public enum FeatureState
{
    /// <summary>Has not fired on the probe set at any checkpoint.</summary>
    Unborn,

    /// <summary>Fires, but is not categorical for any category.</summary>
    Diffuse,

    /// <summary>Categorical for at least one category.</summary>
    Categorical,

    /// <summary>Categorical at three checkpoints in a row without an identity break.</summary>
    Stable,

    /// <summary>Fired at an earlier checkpoint and does not now.</summary>
    Dead,

    /// <summary>Fires again after being dead.</summary>
    Reborn,
}
