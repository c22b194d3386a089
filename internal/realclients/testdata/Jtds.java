import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Logs in with jTDS, and prints what that says, newlines as \n. Each line of the
 * input is a JDBC URL, each line of the output the answer to one.
 */
class Jtds {
    public static void main(String[] args) throws Exception {
        Class.forName("net.sourceforge.jtds.jdbc.Driver");
        DriverManager.setLoginTimeout(10);
        System.out.println("Java " + System.getProperty("java.version"));
        BufferedReader urls = new BufferedReader(new InputStreamReader(System.in));
        for (String url; (url = urls.readLine()) != null;) {
            System.out.println(says(url).replace("\n", "\\n"));
        }
    }

    private static String says(String url) {
        try (Connection connection = DriverManager.getConnection(url, "sa", "none")) {
            return "connected";
        } catch (SQLException e) {
            return e.getMessage();
        } catch (Exception e) {
            return e.toString();
        }
    }
}
