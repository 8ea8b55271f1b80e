namespace Emergence.Stages.Curves.Identity;

/// <summary>A feature's life so far, as much as the next checkpoint needs.</summary>
/// <param name="State">Its state at the newest checkpoint. Every state but <see cref="FeatureState.Unborn"/> means that it has fired.</param>
/// <param name="Streak">Checkpoints in a row, up to the newest, at which it was categorical without an identity break.</param>
internal readonly record struct FeatureLife(FeatureState State, int Streak)
{
    /// <summary>Before an identity has been seen.</summary>
    public static FeatureLife Start => new(FeatureState.Unborn, 0);

    /// <summary>
    /// Life after one more checkpoint. An identity that does not continue starts from <see cref="Start"/>. A dead feature that fires is
    /// <see cref="FeatureState.Reborn"/> at that one checkpoint, categorical or not; the streak counts from there.
    /// </summary>
    /// <param name="continues">Whether it is the same feature as before.</param>
    /// <param name="fires">Whether it fires on the probe set.</param>
    /// <param name="categorical">Whether it is categorical for some category.</param>
    public FeatureLife Next(bool continues, bool fires, bool categorical)
    {
        var before = continues ? this : Start;
        if (!fires)
        {
            return new FeatureLife(before.State == FeatureState.Unborn ? FeatureState.Unborn : FeatureState.Dead, 0);
        }

        // Capped so that the number kept does not depend on how long a run lasts.
        var streak = categorical ? Math.Min(before.Streak + 1, CurveDefaults.StableStreak) : 0;
        var state = before.State == FeatureState.Dead ? FeatureState.Reborn
            : streak >= CurveDefaults.StableStreak ? FeatureState.Stable
            : categorical ? FeatureState.Categorical
            : FeatureState.Diffuse;
        return new FeatureLife(state, streak);
    }
}
