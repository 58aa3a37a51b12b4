"""The firm's other tools read and create over HTTP, with a personal token and never with a browser's session.

Every answer is JSON. The same permissions and walls as the pages; a dossier behind one does not exist.
"""

from casefile.web.api import writing  # its module imports the reading, which holds the blueprint

blueprint = writing.blueprint
