import java.io.File;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.omegat.core.Core;
import org.omegat.core.data.ProjectProperties;
import org.omegat.core.data.RealProject;
import org.omegat.core.data.SourceTextEntry;
import org.omegat.core.data.TMXEntry;
import org.omegat.core.matching.NearString;
import org.omegat.core.statistics.FindMatches;
import org.omegat.filters2.master.PluginUtils;
import org.omegat.util.OConsts;
import org.omegat.util.ProjectFileStorage;
import org.omegat.util.RuntimePreferences;

/**
 * What OmegaT 3.6 has for each segment of a project: the text as it sees it, what it filled in, and its matches with scores.
 *
 * <p>Arguments: the project's folder, the folder of OmegaT's settings. Tab-separated lines on standard output:
 * "segment", file, text, what was filled in; then for each match "match", score with stems, without, with tags and
 * numbers, memory ("project" for what the project itself holds), source, target. A third argument leaves the matches out.
 */
public class OmegatMatches {
    public static void main(String[] arguments) throws Exception {
        RuntimePreferences.setConfigDir(arguments[1]);
        Map<String, String> none = new HashMap<>();
        PluginUtils.loadPlugins(none);
        Core.initializeConsole(none);
        ProjectProperties properties = ProjectFileStorage.loadProjectProperties(new File(arguments[0]));
        properties.verifyProject();
        RealProject project = new RealProject(properties);
        Core.setProject(project);
        project.loadProject(true);
        FindMatches finder = new FindMatches(project.getSourceTokenizer(), OConsts.MAX_NEAR_STRINGS, true, false);
        for (SourceTextEntry entry : project.getAllEntries()) {
            TMXEntry known = project.getTranslationInfo(entry);
            String filled = known.isTranslated() ? known.translation : "";
            System.out.println("segment\t" + entry.getKey().file + "\t" + escaped(entry.getSrcText()) + "\t" + escaped(filled));
            if (arguments.length > 2) {
                continue;
            }
            List<NearString> found = finder.search(project, entry.getSrcText(), true, false, () -> false);
            for (NearString near : found) {
                NearString.Scores score = near.scores[0];
                String place = near.projs[0].isEmpty() ? "project" : new File(properties.getTMRoot()).toURI()
                        .relativize(new File(near.projs[0]).toURI()).getPath();
                System.out.println("match\t" + score.score + "\t" + score.scoreNoStem + "\t" + score.adjustedScore + "\t"
                        + place + "\t" + escaped(near.source) + "\t" + escaped(near.translation));
            }
        }
        System.exit(0);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    }
}
