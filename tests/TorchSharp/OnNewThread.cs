namespace Emergence.Torch.Tests;

/// <summary>Runs something on a thread of its own, and brings back its result or its exception.</summary>
internal static class OnNewThread
{
    internal static T Run<T>(Func<T> function)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return result;
    }
}
