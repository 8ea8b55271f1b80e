namespace Emergence.Pipeline.Flow;

/// <summary>Told what stages do, once per message. Called from any thread, several at once; must return quickly; must not throw.</summary>
public interface IStageObserver
{
    /// <summary>A stage is done with a message, whatever came of it. Sources are not told of: they only wait.</summary>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="busy">Time it worked on it, without waiting for the next stage.</param>
    /// <param name="blocked">Time it waited for room in the next stage.</param>
    void Worked(string stage, TimeSpan busy, TimeSpan blocked);

    /// <summary>A message was dropped because the stage was full.</summary>
    /// <param name="stage">Name of the stage.</param>
    void Dropped(string stage);
}
