using System.Diagnostics;

namespace Emergence.Examples.Tests.Kafka;

/// <summary>A folder with a package-lock.json.</summary>
internal static class NpmFolder
{
    /// <summary>Installs its packages unless they are there; ./test does so too.</summary>
    /// <returns>The folder.</returns>
    public static string Installed(string folder)
    {
        using var mutex = new Mutex(false, "emergence-npm-" + Path.GetFileName(folder));
        mutex.WaitOne();
        try
        {
            // npm writes this file last, so it says that the installation is whole.
            if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
            {
                using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]) { WorkingDirectory = folder })!;
                npm.WaitForExit();
                Assert.True(npm.ExitCode == 0, $"npm could not install the parts of {folder}. Mend: (cd '{folder}' && npm ci)");
            }
        }
        finally
        {
            mutex.ReleaseMutex();
        }

        return folder;
    }
}
