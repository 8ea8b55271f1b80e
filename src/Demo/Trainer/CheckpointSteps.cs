namespace Emergence.Demo.Trainer;

/// <summary>The steps at which checkpoints are saved: Pythia's grid, close together while much happens, 500 apart later.</summary>
public static class CheckpointSteps
{
    private const long LastPower = 512;
    private const long Interval = 500;

    /// <summary>Whether a checkpoint belongs to a step: 0, 1, 2, 4 … 512, then 1000, 1500, 2000 …, and the last.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="last">The last step of the training.</param>
    public static bool Contains(long step, long last) =>
        step == last || step == 0 || (step <= LastPower ? (step & (step - 1)) == 0 : step % Interval == 0);

    /// <summary>All of them, ascending.</summary>
    /// <param name="last">The last step of the training.</param>
    public static IEnumerable<long> UpTo(long last)
    {
        for (long step = 0; step <= last; step++)
        {
            if (Contains(step, last))
            {
                yield return step;
            }
        }
    }
}
